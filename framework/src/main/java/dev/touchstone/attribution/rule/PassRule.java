package dev.touchstone.attribution.rule;

import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;

/** Hands relevance on as it is. */
enum PassRule implements RelevanceRule {
  /** The one. */
  PASS;

  @Override
  public String describe() {
    return "pass";
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    return BackwardRule.unary((input, output, relevance) -> relevance);
  }
}

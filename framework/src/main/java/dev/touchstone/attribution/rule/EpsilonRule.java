package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import java.util.ArrayList;
import java.util.List;

/**
 * LRP-ε, for whatever is linear in all of its computed inputs together: layers, sums, averages,
 * normalisations.
 *
 * @param stabiliser ε
 */
record EpsilonRule(Stabiliser stabiliser) implements Stabilised {

  EpsilonRule(double epsilon) {
    this(new Stabiliser(epsilon));
  }

  @Override
  public String describe() {
    return stabiliser.epsilon() == 0 ? "zero" : "epsilon " + stabiliser;
  }

  @Override
  public RelevanceRule with(Stabiliser other) {
    return new EpsilonRule(other);
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    return this::share;
  }

  List<NDArray> share(Passage passage) {
    NDArray perUnit = stabiliser.quotient(passage.gradient(), passage.output());
    List<NDArray> weighted = passage.derivativeAt(passage.inputs(), perUnit);
    List<NDArray> shares = new ArrayList<>();
    for (int i = 0; i < weighted.size(); i++) {
      shares.add(weighted.get(i).mul(passage.input(passage.computed()[i])));
    }
    return shares;
  }
}

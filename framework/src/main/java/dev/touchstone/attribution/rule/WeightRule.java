package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rules that share by the weights alone, whatever the inputs are.
 *
 * @param words the rule's name
 * @param power the weights' power by which is shared: 2, or 0 for equal shares
 * @param stabiliser of the quotient
 */
record WeightRule(String words, int power, Stabiliser stabiliser) implements Stabilised {
  static final WeightRule SQUARE = new WeightRule("w square", 2, Stabiliser.USUAL);
  static final WeightRule FLAT = new WeightRule("flat", 0, Stabiliser.USUAL);

  @Override
  public String describe() {
    return stabiliser.describe(words);
  }

  @Override
  public boolean needsWeights() {
    return true;
  }

  @Override
  public RelevanceRule with(Stabiliser other) {
    return new WeightRule(words, power, other);
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    return this::share;
  }

  private List<NDArray> share(Passage passage) {
    AffineLayer layer = AffineLayer.of(passage);
    UnaryOperator<NDArray> changed = power == 0 ? NDArray::onesLike : NDArray::square;
    // Ones times weights are the weights, so that the shares need no other factor.
    AffineLayer.Contributions shares =
        layer.of(layer.input().onesLike(), changed.apply(layer.weight()), null);
    return List.of(
        shares.shares(stabiliser.quotientOfPositive(passage.gradient(), shares.output())));
  }
}

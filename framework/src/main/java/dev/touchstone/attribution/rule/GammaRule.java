package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import java.util.List;

/**
 * LRP-γ. A positive sum is shared by contributions of which the positive ones count 1 + γ times, a
 * negative one by contributions of which the negative ones do.
 *
 * @param gamma by how much more
 * @param stabiliser of both quotients
 */
record GammaRule(double gamma, Stabiliser stabiliser) implements Stabilised {

  /** Checks the number. */
  GammaRule {
    if (!(gamma >= 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "a gamma of " + gamma + "; give a finite number that is not negative, such as 0.25");
    }
  }

  @Override
  public String describe() {
    return stabiliser.describe("gamma " + gamma);
  }

  @Override
  public boolean needsWeights() {
    return true;
  }

  @Override
  public RelevanceRule with(Stabiliser other) {
    return new GammaRule(gamma, other);
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    return this::share;
  }

  private List<NDArray> share(Passage passage) {
    AffineLayer layer = AffineLayer.of(passage);
    NDArray sum = passage.output();
    AffineLayer.Contributions up = layer.bySign(this::morePositive, this::moreNegative);
    AffineLayer.Contributions down = layer.bySign(this::moreNegative, this::morePositive);
    NDArray none = sum.zerosLike();
    NDArray relevance = passage.gradient();
    NDArray upwards = NDArrays.where(sum.gt(0), relevance, none);
    NDArray downwards = NDArrays.where(sum.lt(0), relevance, none);
    NDArray ofUp = stabiliser.quotient(upwards, up.output());
    NDArray ofDown = stabiliser.quotient(downwards, down.output());
    return List.of(up.shares(ofUp).add(down.shares(ofDown)));
  }

  private NDArray morePositive(NDArray weights) {
    return weights.add(weights.maximum(0).mul(gamma));
  }

  private NDArray moreNegative(NDArray weights) {
    return weights.add(weights.minimum(0).mul(gamma));
  }
}

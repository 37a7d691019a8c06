package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import java.util.List;

/**
 * LRP-αβ.
 *
 * @param alpha the weight of positive contributions
 * @param beta that of negative ones
 * @param bias whether a bias is a contribution, and keeps its share
 * @param stabiliser of both quotients
 */
record AlphaBetaRule(double alpha, double beta, Bias bias, Stabiliser stabiliser)
    implements Stabilised {

  /** What becomes of a bias. */
  enum Bias {
    COUNTED,
    IGNORED
  }

  /** Checks the weights. */
  AlphaBetaRule {
    if (!(beta >= 0) || !(Math.abs(alpha - beta - 1) <= 1e-9)) {
      throw new IllegalArgumentException(
          "alpha %s and beta %s; give a beta that is not negative, and alpha = beta + 1, so that as much is handed on as arrives"
              .formatted(alpha, beta));
    }
  }

  @Override
  public String describe() {
    String rule = beta == 0 ? "z plus" : "alpha %s beta %s".formatted(alpha, beta);
    return stabiliser.describe(bias == Bias.IGNORED ? rule + " without bias" : rule);
  }

  @Override
  public boolean needsWeights() {
    return true;
  }

  @Override
  public RelevanceRule with(Stabiliser other) {
    return new AlphaBetaRule(alpha, beta, bias, other);
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    return passage -> List.of(share(layer(passage), passage.gradient()));
  }

  private AffineLayer layer(Passage passage) {
    AffineLayer layer = AffineLayer.of(passage);
    return bias == Bias.IGNORED ? layer.withoutBias() : layer;
  }

  private NDArray share(AffineLayer layer, NDArray relevance) {
    AffineLayer.Contributions positive = layer.bySign(w -> w.maximum(0), w -> w.minimum(0));
    NDArray ofPositive = alpha == 1 ? relevance : relevance.mul(alpha);
    NDArray shares = positive.shares(stabiliser.quotientOfPositive(ofPositive, positive.output()));
    if (beta == 0) {
      return shares;
    }
    AffineLayer.Contributions negative = layer.bySign(w -> w.minimum(0), w -> w.maximum(0));
    NDArray ofNegative = relevance.mul(-beta);
    return shares.add(
        negative.shares(stabiliser.quotientOfNegative(ofNegative, negative.output())));
  }
}

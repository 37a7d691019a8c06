package dev.touchstone.attribution.rule;

import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;

/**
 * How a layer shares the relevance R of what it computes, z = Σ x·w + b, among its inputs x: one of
 * the rules of layer-wise relevance propagation (Bach et al. 2015; Montavon et al. 2019), to be put
 * together by a {@link Composite}. Two rules are equal where they share alike.
 *
 * <p>Quotients are kept from blowing up by a stabiliser, 10⁻⁶ with the sign of the denominator (as
 * in Zennit); with a stabiliser of 0, nothing is shared where the denominator is 0.
 */
public interface RelevanceRule {

  /** Returns the rule in words and with its settings, such as {@code "gamma 0.25"}. */
  String describe();

  /**
   * Returns how one node of a model hands back relevance.
   *
   * @param box of the model, whose layers have taken in biases and normalisations behind them
   * @param node a node of it
   */
  BackwardRule at(WhiteBox box, Node node);

  /**
   * Returns whether it changes a node's weights, and so shares for layers alone; one that does not
   * may share for sums and normalisations, too.
   */
  default boolean needsWeights() {
    return false;
  }

  /**
   * Returns the same rule with another stabiliser; of a rule without a quotient this rule.
   *
   * @param stabiliser not negative
   */
  default RelevanceRule stabilisedBy(double stabiliser) {
    return this;
  }

  /** Returns LRP-0: {@code R·x·w / z} (Bach et al. 2015, equation 56). */
  static RelevanceRule zero() {
    return epsilon(0);
  }

  /**
   * Returns LRP-ε: {@code R·x·w / (z + ε·sign z)}, where the sign of 0 is 1 (Bach et al. 2015,
   * equation 58).
   *
   * @param epsilon not negative; what a sum near 0 is kept away from it, and what is absorbed
   */
  static RelevanceRule epsilon(double epsilon) {
    return new EpsilonRule(epsilon);
  }

  /**
   * Returns LRP-γ, which favours contributions of the sum's own sign: {@code R·x·(w + γw⁺) / Σ x·(w
   * + γw⁺)} where inputs are positive (Montavon et al. 2019); inputs of either sign after Andéol et
   * al. 2021.
   *
   * @param gamma not negative
   */
  static RelevanceRule gamma(double gamma) {
    return new GammaRule(gamma, Stabiliser.USUAL);
  }

  /**
   * Returns LRP-αβ: α shares of the positive contributions less β shares of the negative ones (Bach
   * et al. 2015, equation 60), a bias among them by its sign.
   *
   * @param alpha at least 1
   * @param beta α − 1
   */
  static RelevanceRule alphaBeta(double alpha, double beta) {
    return new AlphaBetaRule(alpha, beta, AlphaBetaRule.Bias.COUNTED, Stabiliser.USUAL);
  }

  /** Returns the z⁺ rule (Montavon et al. 2017), which is αβ with α = 1 and β = 0. */
  static RelevanceRule zPlus() {
    return alphaBeta(1, 0);
  }

  /** Returns the z⁺ rule as it was published, which leaves biases out: no bias keeps a share. */
  static RelevanceRule zPlusWithoutBias() {
    return new AlphaBetaRule(1, 0, AlphaBetaRule.Bias.IGNORED, Stabiliser.USUAL);
  }

  /**
   * Returns the zᴮ rule for inputs between two numbers: {@code R·(x·w − l·w⁺ − h·w⁻) / Σ …}
   * (Montavon et al. 2017). The bounds are those of the model's input, also where it is normalised
   * before the first layer.
   *
   * @param low the smallest number that an input may be
   * @param high the largest one
   */
  static RelevanceRule zBox(double low, double high) {
    return zBox(new double[] {low}, new double[] {high});
  }

  /**
   * Returns the zᴮ rule for inputs with bounds of their own.
   *
   * @param low the smallest numbers: one per channel (the input's second axis), or one per input
   *     value, row-major
   * @param high as many largest ones
   */
  static RelevanceRule zBox(double[] low, double[] high) {
    return new BoxRule(InputBounds.of(low, high), Stabiliser.USUAL);
  }

  /** Returns the w² rule: {@code R·w² / Σ w²} (Montavon et al. 2017), without the bias. */
  static RelevanceRule wSquare() {
    return WeightRule.SQUARE;
  }

  /** Returns the flat rule: equal shares for all that a sum is made of (Lapuschkin et al. 2019). */
  static RelevanceRule flat() {
    return WeightRule.FLAT;
  }

  /** Returns the rule that hands relevance on as it is; for nodes that keep the shape. */
  static RelevanceRule pass() {
    return PassRule.PASS;
  }
}

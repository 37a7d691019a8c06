package dev.touchstone.attribution;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * How far an attribution's maps are from what they should be, in one respect: a figure that the
 * method measures itself, for each example or for all of them together.
 *
 * @param name such as {@link #HALVING_ERROR}
 * @param values one per example, or a single one, in the unit of the quantity explained; NaN where
 *     there is none
 * @param scales what each value is a share of, as many, not negative
 * @param scale what the scales are, such as {@code "the map's norm"}; empty where values are shares
 *     already
 * @param higherIsBetter whether the smallest value is the worst, as of a coefficient of
 *     determination
 */
public record Fidelity(
    String name, double[] values, double[] scales, String scale, boolean higherIsBetter) {

  /** By how much a map's sum misses the change of the quantity that it should add up to. */
  public static final String COMPLETENESS_RESIDUAL = "completeness residual";

  /** By how much a map's sum misses the relevance that was handed back. */
  public static final String CONSERVATION_RESIDUAL = "conservation residual";

  /** How much of the relevance that was handed back stayed at biases and other constants. */
  public static final String ABSORBED_BY_BIASES = "absorbed by biases";

  /** How much of it stabilisers of quotients, such as ε, kept. */
  public static final String ABSORBED_BY_STABILISERS = "absorbed by stabilisers";

  /** A bound of a map's distance from its limit, made by taking fewer steps. */
  public static final String HALVING_ERROR = "halving error";

  /** How far a map of as many other random samples would lie from this one's expectation. */
  public static final String STANDARD_ERROR = "standard error";

  /** How much of the variation of a model's answers around an example a surrogate explains. */
  public static final String SURROGATE_FIT = "surrogate R²";

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException unless there is a scale for each value
   */
  public Fidelity {
    if (values.length != scales.length) {
      throw new IllegalArgumentException(
          "%d values of the %s and %d scales; give as many"
              .formatted(values.length, name, scales.length));
    }
  }

  /**
   * Returns the sum of each map minus the change of the quantity from the baseline to the example,
   * as a share of the map's sum of magnitudes (completeness; Sundararajan et al. 2017, proposition
   * 1). It is 0 by construction where a rule is complete, and then says nothing of the map's error.
   *
   * @param residuals one per example, with their signs
   * @param maps one per example
   */
  public static Fidelity completenessResidual(double[] residuals, double[]... maps) {
    double[] scales = Arrays.stream(maps).mapToDouble(map -> sum(map, Math::abs)).toArray();
    return new Fidelity(
        COMPLETENESS_RESIDUAL, residuals.clone(), scales, "the map's sum of magnitudes", false);
  }

  /**
   * Returns the sum of each map minus the relevance that the scores had, as a share of that
   * relevance (conservation; Bach et al. 2015, equation 2): what biases and stabilisers absorb on
   * the way, and rules that do not conserve.
   *
   * @param residuals one per example, with their signs
   * @param relevance of the scores, in all, one per example
   */
  public static Fidelity conservationResidual(double[] residuals, double... relevance) {
    double[] scales = Arrays.stream(relevance).map(Math::abs).toArray();
    return new Fidelity(
        CONSERVATION_RESIDUAL, residuals.clone(), scales, "the scores' relevance", false);
  }

  /**
   * Returns what something absorbed of the relevance that the scores had, as a share of it.
   *
   * @param name {@link #ABSORBED_BY_BIASES} or {@link #ABSORBED_BY_STABILISERS}
   * @param amounts one per example, with their signs
   * @param relevance of the scores, in all, one per example
   */
  public static Fidelity absorbed(String name, double[] amounts, double... relevance) {
    double[] scales = Arrays.stream(relevance).map(Math::abs).toArray();
    return new Fidelity(name, amounts.clone(), scales, "the scores' relevance", false);
  }

  /**
   * Returns a bound of the Euclidean distance of each map from its limit, as a share of the map's
   * norm.
   *
   * @param bounds one per example
   * @param maps one per example
   */
  public static Fidelity halvingError(double[] bounds, double[]... maps) {
    return new Fidelity(HALVING_ERROR, bounds.clone(), norms(maps), "the map's norm", false);
  }

  /**
   * Returns the standard error of each map over random samples: the root of the summed squares of
   * its values' standard errors, as a share of the map's norm.
   *
   * @param errors one per example
   * @param maps one per example
   */
  public static Fidelity standardError(double[] errors, double[]... maps) {
    return new Fidelity(STANDARD_ERROR, errors.clone(), norms(maps), "the map's norm", false);
  }

  /**
   * Returns the coefficient of determination of a surrogate that is fitted around each example.
   *
   * @param determination one per example, at most 1
   */
  public static Fidelity surrogateFit(double... determination) {
    double[] ones = new double[determination.length];
    Arrays.fill(ones, 1);
    return new Fidelity(SURROGATE_FIT, determination.clone(), ones, "", true);
  }

  /**
   * Returns the values as shares of their scales, without the signs of errors; 0 where an error of
   * 0 meets a scale of 0.
   */
  public double[] relative() {
    double[] shares = new double[values.length];
    Arrays.setAll(shares, i -> higherIsBetter ? values[i] : share(Math.abs(values[i]), scales[i]));
    return shares;
  }

  private static double share(double error, double scale) {
    return error == 0 && scale == 0 ? 0 : error / scale;
  }

  /**
   * Returns, of the relative values that are finite, the place of the worst; -1 if there are none.
   */
  public int worst() {
    double[] shares = relative();
    int worst = -1;
    for (int i = 0; i < shares.length; i++) {
      if (Double.isFinite(shares[i])
          && (worst < 0
              || (higherIsBetter ? shares[i] < shares[worst] : shares[i] > shares[worst]))) {
        worst = i;
      }
    }
    return worst;
  }

  private static double[] norms(double[]... maps) {
    return Arrays.stream(maps).mapToDouble(map -> Math.sqrt(sum(map, v -> v * v))).toArray();
  }

  private static double sum(double[] map, DoubleUnaryOperator of) {
    return Arrays.stream(map).map(of).sum();
  }

  @Override
  public String toString() {
    return name + " " + Arrays.toString(values);
  }
}

package dev.touchstone.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * A quantity that is an increasing function of one that was estimated: limits and p-values carry
 * over, and with them their coverage. So F₁ = 2J/(1 + J) of the share J of true positives among all
 * that are positive or are said to be.
 */
public final class IncreasingEstimate implements Estimate {
  private final Estimate estimate;
  private final DoubleUnaryOperator function;
  private final DoubleUnaryOperator inverse;
  private final Range range;

  private IncreasingEstimate(
      Estimate estimate, DoubleUnaryOperator function, DoubleUnaryOperator inverse, Range range) {
    this.estimate = estimate;
    this.function = function;
    this.inverse = inverse;
    this.range = range;
  }

  /**
   * Returns a function of an estimated quantity.
   *
   * @param function strictly increasing on the estimate's range
   * @param inverse of it, on {@code range}
   * @param range the function's values
   */
  public static Estimate of(
      Estimate estimate, DoubleUnaryOperator function, DoubleUnaryOperator inverse, Range range) {
    return Undetermined.is(estimate)
        ? estimate
        : new IncreasingEstimate(estimate, function, inverse, range);
  }

  /**
   * Returns the p-th root of a quantity that is never negative.
   *
   * @param p above 0
   * @param range of the root
   */
  public static Estimate root(double p, Estimate estimate, Range range) {
    return of(estimate, x -> Math.pow(x, 1 / p), root -> Math.pow(root, p), range);
  }

  @Override
  public double value() {
    return function.applyAsDouble(estimate.value());
  }

  @Override
  public double valueWithoutBias() {
    return function.applyAsDouble(estimate.valueWithoutBias());
  }

  @Override
  public long sampleSize() {
    return estimate.sampleSize();
  }

  @Override
  public String unit() {
    return estimate.unit();
  }

  @Override
  public Range range() {
    return range;
  }

  @Override
  public Interval interval(double level) {
    Interval interval = estimate.interval(level);
    return range.cut(
        function.applyAsDouble(interval.lower()), function.applyAsDouble(interval.upper()), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < range.least()) {
      return 0;
    }
    return bound >= range.most() ? 1 : estimate.pValueAbove(inverse.applyAsDouble(bound));
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > range.most()) {
      return 0;
    }
    return bound <= range.least() ? 1 : estimate.pValueBelow(inverse.applyAsDouble(bound));
  }

  @Override
  public IncreasingEstimate repeated(double times) {
    return new IncreasingEstimate(estimate.repeated(times), function, inverse, range);
  }

  @Override
  public String method() {
    return estimate.method();
  }

  @Override
  public String toString() {
    return estimate.toString();
  }
}

package dev.touchstone.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * A quantile of independent values, such as the error that nine of ten predictions stay within,
 * with the exact limits of order statistics, which hold whatever the distribution is and need no
 * bound on the values (Thompson 1936, Annals of Mathematical Statistics 7).
 *
 * <p>How many of n values do not exceed the q-quantile is binomial with a rate of at least q, and
 * how many lie below it with one of at most q. So the lower limit at tail α is the largest x₍ᵣ₎
 * with {@code P(B(n, q) ≤ r − 1) ≤ α}, the upper one the smallest x₍ₛ₎ with {@code P(B(n, q) ≥ s) ≤
 * α}; where there is none, the limit is the end of the range.
 */
public final class QuantileEstimate implements Estimate {
  private final double[] ascending;
  private final double quantile;
  private final BinomialDistribution notAbove;
  private final Range range;

  private QuantileEstimate(double[] ascending, double quantile, Range range) {
    this.ascending = ascending;
    this.quantile = quantile;
    this.notAbove = BinomialDistribution.of(ascending.length, quantile);
    this.range = range;
  }

  /**
   * Returns a quantile.
   *
   * @param quantile in (0, 1)
   * @param range the values that there can be
   * @param values at least one, all finite
   */
  public static QuantileEstimate of(double quantile, Range range, double... values) {
    if (!(quantile > 0 && quantile < 1)) {
      throw new IllegalArgumentException("a quantile lies in (0, 1), was " + quantile);
    }
    if (values.length == 0 || !Arrays.stream(values).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a quantile needs finite values, at least one");
    }
    double[] ascending = values.clone();
    Arrays.sort(ascending);
    return new QuantileEstimate(ascending, quantile, range);
  }

  /** The smallest value that at least the quantile's share do not exceed. */
  @Override
  public double value() {
    int rank = (int) Math.ceil(quantile * ascending.length - 1e-9);
    return ascending[Math.max(1, rank) - 1];
  }

  @Override
  public long sampleSize() {
    return ascending.length;
  }

  @Override
  public Range range() {
    return range;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    int n = ascending.length;
    int below = 0;
    int above = 0;
    // Both probabilities are monotone in the rank.
    for (int low = 0, high = n; low < high; ) {
      int middle = (low + high + 1) >>> 1;
      if (notAbove.cumulativeProbability(middle - 1) <= tail) {
        low = middle;
      } else {
        high = middle - 1;
      }
      below = low;
    }
    for (int low = 1, high = n + 1; low < high; ) {
      int middle = (low + high) >>> 1;
      if (notAbove.survivalProbability(middle - 1) <= tail) {
        high = middle;
      } else {
        low = middle + 1;
      }
      above = high;
    }
    return new Interval(
        below == 0 ? range.least() : ascending[below - 1],
        above > n ? range.most() : ascending[Math.max(1, above) - 1],
        level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < range.least()) {
      return 0;
    }
    int counted = (int) Arrays.stream(ascending).filter(x -> x <= bound).count();
    return notAbove.cumulativeProbability(counted);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > range.most()) {
      return 0;
    }
    int below = (int) Arrays.stream(ascending).filter(x -> x < bound).count();
    return notAbove.survivalProbability(below - 1);
  }

  @Override
  public String method() {
    return "order statistics of the quantile";
  }

  @Override
  public String toString() {
    return quantile + "-quantile " + value() + " of " + ascending.length;
  }
}

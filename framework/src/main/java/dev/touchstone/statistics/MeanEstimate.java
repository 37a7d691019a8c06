package dev.touchstone.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The mean of independent values, such as one per example, with Student's t interval.
 *
 * <p>It trusts that the values seen say how far those not seen can lie. Where most are alike and a
 * rare one is not, they do not, and the limits fail: with five values skewed as ranks near 1 are,
 * in 15 to 56 % of samples instead of 2.5 %. No claim is decided by it on a handful of values; see
 * {@link MedianEstimate} for replicates and {@link BoundedMean} for values in a known range.
 */
public final class MeanEstimate implements Estimate {
  private final double[] replicates;
  private final double mean;
  private final double standardError;
  private final Range range;

  private MeanEstimate(double[] replicates, Range range) {
    this.replicates = replicates;
    this.range = range;
    this.mean = range.nearest(Arrays.stream(replicates).sum() / replicates.length);
    double squares = Arrays.stream(replicates).map(v -> (v - mean) * (v - mean)).sum();
    this.standardError = Math.sqrt(squares / (replicates.length - 1) / replicates.length);
  }

  /**
   * Returns the mean of at least two finite replicates.
   *
   * @throws IllegalArgumentException for fewer than two replicates or a value that is not finite
   */
  public static MeanEstimate of(double... replicates) {
    return within(Range.UNBOUNDED, replicates);
  }

  /**
   * Returns the mean of values that cannot leave a range: its limits do not, either.
   *
   * @throws IllegalArgumentException for fewer than two replicates, or a value that is not finite
   *     or outside the range
   */
  public static MeanEstimate within(Range range, double... replicates) {
    if (replicates.length < 2) {
      throw new IllegalArgumentException(
          "an interval for a mean needs at least two replicates, was " + replicates.length);
    }
    for (double replicate : replicates) {
      if (!Double.isFinite(replicate)) {
        throw new IllegalArgumentException("replicates must be finite, was " + replicate);
      }
      if (!range.admits(replicate)) {
        throw new IllegalArgumentException("a value of " + replicate + " lies outside " + range);
      }
    }
    return new MeanEstimate(replicates.clone(), range);
  }

  /** Returns the replicates, in the order in which they were given. */
  public double[] replicates() {
    return replicates.clone();
  }

  @Override
  public double value() {
    return mean;
  }

  @Override
  public long sampleSize() {
    return replicates.length;
  }

  @Override
  public Range range() {
    return range;
  }

  @Override
  public Interval interval(double level) {
    double reach =
        t().inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2) * standardError;
    return range.cut(mean - reach, mean + reach, level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < range.least() || bound >= range.most()) {
      return bound < range.least() ? 0 : 1;
    }
    return standardError == 0
        ? (mean > bound ? 0 : 1)
        : t().survivalProbability((mean - bound) / standardError);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound <= range.least() || bound > range.most()) {
      return bound > range.most() ? 0 : 1;
    }
    return standardError == 0
        ? (mean < bound ? 0 : 1)
        : t().cumulativeProbability((mean - bound) / standardError);
  }

  @Override
  public String method() {
    return "Student t over replicates";
  }

  private TDistribution t() {
    return TDistribution.of(replicates.length - 1);
  }
}

package dev.touchstone.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The mean of independent replicates (plantings, seeds, per-example values) with Student's t
 * interval.
 */
public final class MeanEstimate implements Estimate {
  private final double[] replicates;
  private final double mean;
  private final double standardError;
  private final String unit;

  private MeanEstimate(double[] replicates, String unit) {
    this.replicates = replicates;
    this.unit = unit;
    this.mean = Arrays.stream(replicates).sum() / replicates.length;
    double squares = Arrays.stream(replicates).map(v -> (v - mean) * (v - mean)).sum();
    this.standardError = Math.sqrt(squares / (replicates.length - 1) / replicates.length);
  }

  /**
   * The mean of at least two finite replicates.
   *
   * @throws IllegalArgumentException for fewer than two replicates or a value that is not finite
   */
  public static MeanEstimate of(double... replicates) {
    if (replicates.length < 2) {
      throw new IllegalArgumentException(
          "an interval for a mean needs at least two replicates, was " + replicates.length);
    }
    for (double replicate : replicates) {
      if (!Double.isFinite(replicate)) {
        throw new IllegalArgumentException("replicates must be finite, was " + replicate);
      }
    }
    return new MeanEstimate(replicates.clone(), "examples");
  }

  /** The same mean, of something else than examples, such as "plantings". */
  public MeanEstimate over(String replicatesAre) {
    return new MeanEstimate(replicates, replicatesAre);
  }

  /** The replicates, in the order in which they were given. */
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
  public String unit() {
    return unit;
  }

  @Override
  public Interval interval(double level) {
    double reach =
        t().inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2) * standardError;
    return new Interval(mean - reach, mean + reach, level);
  }

  @Override
  public double pValueAbove(double bound) {
    return standardError == 0
        ? (mean > bound ? 0 : 1)
        : t().survivalProbability((mean - bound) / standardError);
  }

  @Override
  public double pValueBelow(double bound) {
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

package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apiguardian.api.API;

/**
 * A quantity with the limits of a score test: those values that the test does not refute (Rao 1948;
 * Boos 1992, "On generalized score tests", The American Statistician 46). The test is known on a
 * grid of values, from the least to the most that there can be, and straight between them.
 *
 * <p>A test statistic need not fall as the value grows. A limit is where the last value ends that
 * is not refuted, and a p-value the largest of all values that a bound leaves, so that both agree.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ScoreTestEstimate implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final double[] values;

  /** The least evidence for more up to a value, and the most from it on. */
  private final double[] least;

  private final double[] most;
  private final long sampleSize;
  private final Range range;
  private final String method;

  private ScoreTestEstimate(
      double[] values, double[] least, double[] most, long sampleSize, Range range, String method) {
    this.values = values;
    this.least = least;
    this.most = most;
    this.sampleSize = sampleSize;
    this.range = range;
    this.method = method;
  }

  /**
   * Returns an estimate.
   *
   * @param values ascending, at least two: all that the quantity can be lies between the first and
   *     the last
   * @param evidence of each of them, a standard normal number if it is the truth, the larger the
   *     more the truth is above it
   * @param range what the quantity could be in other models
   * @throws IllegalArgumentException for evidence that is not finite, or values out of order
   */
  public static ScoreTestEstimate of(
      double[] values, double[] evidence, long sampleSize, Range range, String method) {
    int n = values.length;
    if (n < 2 || evidence.length != n) {
      throw new IllegalArgumentException(
          "%d values with the evidence of %d".formatted(n, evidence.length));
    }
    double[] least = evidence.clone();
    double[] most = evidence.clone();
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(evidence[i]) || (i > 0 && !(values[i] > values[i - 1]))) {
        throw new IllegalArgumentException(
            "the value %s has the evidence %s".formatted(values[i], evidence[i]));
      }
    }
    for (int i = 1; i < n; i++) {
      least[i] = Math.min(least[i], least[i - 1]);
      most[n - 1 - i] = Math.max(most[n - 1 - i], most[n - i]);
    }
    return new ScoreTestEstimate(values.clone(), least, most, sampleSize, range, method);
  }

  /** Where the evidence for more and that for less are even; the middle of several such values. */
  @Override
  public double value() {
    return (fallsTo(0, least) + fallsTo(0, most)) / 2;
  }

  @Override
  public long sampleSize() {
    return sampleSize;
  }

  @Override
  public Range range() {
    return range;
  }

  @Override
  public Interval interval(double level) {
    double z = NORMAL.inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2);
    return new Interval(fallsTo(z, least), fallsTo(-z, most), level);
  }

  /** Where falling evidence is no more than a number for the first time. */
  private double fallsTo(double evidence, double[] falling) {
    int n = values.length;
    int at = 0;
    while (at < n && falling[at] > evidence) {
      at++;
    }
    if (at == 0 || at == n) {
      return values[Math.min(at, n - 1)];
    }
    double share = (falling[at - 1] - evidence) / (falling[at - 1] - falling[at]);
    return values[at - 1] + share * (values[at] - values[at - 1]);
  }

  private double at(double bound, double[] falling) {
    int at = 1;
    while (at < values.length - 1 && values[at] < bound) {
      at++;
    }
    double share = (bound - values[at - 1]) / (values[at] - values[at - 1]);
    return falling[at - 1] + share * (falling[at] - falling[at - 1]);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < values[0]) {
      return 0;
    }
    return bound >= values[values.length - 1] ? 1 : NORMAL.survivalProbability(at(bound, least));
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > values[values.length - 1]) {
      return 0;
    }
    return bound <= values[0] ? 1 : NORMAL.cumulativeProbability(at(bound, most));
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String toString() {
    return "%s of %d %s, %s".formatted(value(), sampleSize, unit(), method);
  }
}

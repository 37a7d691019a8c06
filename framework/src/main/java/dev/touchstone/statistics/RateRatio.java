package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The ratio {@code p / q} of two rates that were measured on independent examples, such as the
 * selection rates of two groups, of which the four-fifths rule asks that none is below 0.8 of
 * another's (29 CFR 1607.4 D).
 *
 * <p>Where at least {@value RateDifference#MANY} examples count and as many do not in either
 * sample, the limits are the score limits of Koopman (1984, Biometrics 40) with the factor of
 * Miettinen and Nurminen (1985): the ratios φ for which
 *
 * <pre>z(φ) = (p̂ − φq̂) / √((p̃(1 − p̃)/n + φ²q̃(1 − q̃)/m) · (n + m)/(n + m − 1))</pre>
 *
 * <p>lies between the normal quantiles, where p̃ and q̃ maximise the likelihood under p̃ = φq̃.
 * With fewer the exact limits of both rates are divided ({@link LimitRatio}), and are wider.
 */
public final class RateRatio implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int DOUBLINGS = 200;

  private final int successes;
  private final int trials;
  private final int otherSuccesses;
  private final int otherTrials;

  private RateRatio(int successes, int trials, int otherSuccesses, int otherTrials) {
    this.successes = successes;
    this.trials = trials;
    this.otherSuccesses = otherSuccesses;
    this.otherTrials = otherTrials;
  }

  /**
   * Returns the first rate divided by the second; undetermined where the second was measured as 0.
   */
  public static Estimate of(Proportion rate, Proportion divisor) {
    int x = rate.successes();
    int n = (int) rate.sampleSize();
    int y = divisor.successes();
    int m = (int) divisor.sampleSize();
    int fewest = Math.min(Math.min(x, n - x), Math.min(y, m - y));
    return fewest < RateDifference.MANY ? LimitRatio.of(rate, divisor) : new RateRatio(x, n, y, m);
  }

  @Override
  public double value() {
    return (double) successes / trials / ((double) otherSuccesses / otherTrials);
  }

  /** The smaller of both samples. */
  @Override
  public long sampleSize() {
    return Math.min(trials, otherTrials);
  }

  @Override
  public Range range() {
    return new Range(0, Double.POSITIVE_INFINITY);
  }

  @Override
  public Interval interval(double level) {
    double z = NORMAL.inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2);
    double upper = 2 * value();
    for (int i = 0; i < DOUBLINGS && z(upper) > -z; i++) {
      upper *= 2;
    }
    return new Interval(limit(0, value(), z), limit(value(), upper, -z), level);
  }

  /** Where the falling z crosses a value, to the last digit. */
  private double limit(double from, double to, double z) {
    double low = from;
    double high = to;
    for (double middle = (low + high) / 2;
        low < middle && middle < high;
        middle = (low + high) / 2) {
      if (z(middle) > z) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  @Override
  public double pValueAbove(double bound) {
    return bound < 0 ? 0 : NORMAL.survivalProbability(z(bound));
  }

  @Override
  public double pValueBelow(double bound) {
    return bound <= 0 ? 1 : NORMAL.cumulativeProbability(z(bound));
  }

  /** The score statistic of a ratio φ, which falls in it. */
  private double z(double ratio) {
    double n = trials;
    double m = otherTrials;
    double all = n + m;
    // q̃ is the smaller root of (n + m)φ·q² − (nφ + x + m + yφ)·q + x + y.
    double b = n * ratio + successes + m + otherSuccesses * ratio;
    double c = successes + otherSuccesses;
    double q = 2 * c / (b + Math.sqrt(Math.max(0, b * b - 4 * all * ratio * c)));
    double p = ratio * q;
    double variance = (p * (1 - p) / n + ratio * ratio * q * (1 - q) / m) * all / (all - 1);
    double gap = (double) successes / trials - ratio * otherSuccesses / otherTrials;
    return variance <= 0 ? Math.copySign(Double.POSITIVE_INFINITY, gap) : gap / Math.sqrt(variance);
  }

  @Override
  public String method() {
    return "Koopman's score limits, unpaired";
  }

  @Override
  public String toString() {
    return successes + "/" + trials + " / " + otherSuccesses + "/" + otherTrials;
  }
}

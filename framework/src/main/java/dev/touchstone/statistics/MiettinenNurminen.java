package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The difference {@code p − q} of two rates that were measured on independent examples, with the
 * score limits of Miettinen and Nurminen (1985, Statistics in Medicine 4): the differences δ for
 * which
 *
 * <pre>z(δ) = (p̂ − q̂ − δ) / √((p̃(1 − p̃)/n + q̃(1 − q̃)/m) · (n + m)/(n + m − 1))</pre>
 *
 * <p>lies between the normal quantiles, where p̃ and q̃ maximise the likelihood under p̃ − q̃ = δ.
 * They hold near 0 and 1 too, where Wald's collapse.
 *
 * <p>Where both rates were measured on the same examples, and the same examples tend to count in
 * both, the limits are wider than they had to be: the difference varies less than that of
 * independent rates.
 */
final class MiettinenNurminen implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Halvings after which nothing is left of an interval of length 2. */
  private static final int HALVINGS = 60;

  private final int successes;
  private final int trials;
  private final int otherSuccesses;
  private final int otherTrials;

  /** The first rate minus the second. */
  MiettinenNurminen(int successes, int trials, int otherSuccesses, int otherTrials) {
    this.successes = successes;
    this.trials = trials;
    this.otherSuccesses = otherSuccesses;
    this.otherTrials = otherTrials;
  }

  @Override
  public double value() {
    return (double) successes / trials - (double) otherSuccesses / otherTrials;
  }

  /** The examples of the first rate. */
  @Override
  public long sampleSize() {
    return trials;
  }

  @Override
  public Range range() {
    return Range.SHARE.minus(Range.SHARE);
  }

  @Override
  public Interval interval(double level) {
    double z = NORMAL.inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2);
    return new Interval(
        Math.min(value(), limit(-1, value(), z)), Math.max(value(), limit(value(), 1, -z)), level);
  }

  /** Where the falling z crosses a value. */
  private double limit(double from, double to, double z) {
    double low = from;
    double high = to;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
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
    if (bound < -1 || bound >= 1) {
      return bound < -1 ? 0 : 1;
    }
    return NORMAL.survivalProbability(z(bound));
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound <= -1 || bound > 1) {
      return bound > 1 ? 0 : 1;
    }
    return NORMAL.cumulativeProbability(z(bound));
  }

  /** The score statistic of a difference δ, which falls in it. */
  double z(double delta) {
    double gap = value() - delta;
    double q = mostLikely(delta);
    double p = q + delta;
    double all = (double) trials + otherTrials;
    double variance = (p * (1 - p) / trials + q * (1 - q) / otherTrials) * all / (all - 1);
    if (variance <= 0) {
      return gap == 0 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, gap);
    }
    return gap / Math.sqrt(variance);
  }

  /** The second rate that is most likely if the first is larger by δ: the score falls in it. */
  private double mostLikely(double delta) {
    double low = Math.max(0, -delta);
    double high = Math.min(1, 1 - delta);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (score(middle + delta, successes, trials) + score(middle, otherSuccesses, otherTrials)
          > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double score(double rate, int successes, int trials) {
    return (successes == 0 ? 0 : successes / rate)
        - (successes == trials ? 0 : (trials - successes) / (1 - rate));
  }

  @Override
  public String method() {
    return "Miettinen-Nurminen, unpaired";
  }

  @Override
  public String toString() {
    return successes + "/" + trials + " − " + otherSuccesses + "/" + otherTrials;
  }
}

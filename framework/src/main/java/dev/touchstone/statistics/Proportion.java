package dev.touchstone.statistics;

import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/**
 * A rate: {@code successes} of {@code trials} independent examples, with the exact interval of
 * Clopper and Pearson (1934), whose coverage is at least the level at every rate.
 */
public final class Proportion implements Estimate {
  private final int successes;
  private final int trials;

  private Proportion(int successes, int trials) {
    this.successes = successes;
    this.trials = trials;
  }

  /**
   * Returns the rate {@code successes / trials}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= successes <= trials} and {@code trials > 0}
   */
  public static Proportion of(int successes, int trials) {
    if (trials <= 0 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "a proportion needs 0 <= successes <= trials and trials > 0, was "
              + successes
              + " of "
              + trials);
    }
    return new Proportion(successes, trials);
  }

  /** Returns how many of the {@link #sampleSize()} examples count. */
  public int successes() {
    return successes;
  }

  @Override
  public double value() {
    return (double) successes / trials;
  }

  @Override
  public long sampleSize() {
    return trials;
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    var limits =
        BinomialConfidenceInterval.CLOPPER_PEARSON.fromErrorRate(
            trials, successes, 1 - Interval.checkLevel(level));
    return new Interval(limits.getLowerBound(), limits.getUpperBound(), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < 0) {
      return 0;
    }
    if (bound >= 1 || successes == 0) {
      return 1;
    }
    return BinomialDistribution.of(trials, bound).survivalProbability(successes - 1);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > 1) {
      return 0;
    }
    if (bound <= 0 || successes == trials) {
      return 1;
    }
    return BinomialDistribution.of(trials, bound).cumulativeProbability(successes);
  }

  /** By the power of the exact test, if the rate were the share seen. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    double rate = value();
    if (rate == bound || bound <= 0 || bound >= 1) {
      return OptionalLong.empty();
    }
    double tail = (1 - Interval.checkLevel(level)) / 2;
    return Power.examples(
        trials,
        n -> rate < bound ? below(n, rate, bound, tail) : below(n, 1 - rate, 1 - bound, tail));
  }

  /** The probability of so few successes that the rate is shown to be below the bound. */
  private static double below(long n, double rate, double bound, double tail) {
    BinomialDistribution atBound = BinomialDistribution.of(Math.toIntExact(n), bound);
    int most = atBound.inverseCumulativeProbability(tail);
    while (most >= 0 && atBound.cumulativeProbability(most) > tail) {
      most--;
    }
    return most < 0
        ? 0
        : BinomialDistribution.of(Math.toIntExact(n), rate).cumulativeProbability(most);
  }

  @Override
  public String method() {
    return "Clopper-Pearson";
  }

  @Override
  public String toString() {
    return successes + "/" + trials;
  }
}

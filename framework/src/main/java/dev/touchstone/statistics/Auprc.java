package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The area under the precision-recall curve as average precision: the sum over the scores, from the
 * largest down, of the precision at a score times what the recall gains at it, without
 * interpolation, ties taken together (scikit-learn's {@code average_precision_score}). In other
 * words, the precision at the score of a positive, on average over the positives. It depends on how
 * frequent positives are: a ranking by chance has their share.
 *
 * <p>What is estimated is the same of the population, its share of positives included: the examples
 * are taken for drawn from it, and not chosen by their class. The limits are Gaffke's (see {@link
 * BoundedMean}), carried over from means to a functional of the two distributions of scores and of
 * the share of positives: what these can be, given the ranking, is drawn 9,999 times, each time the
 * least and the largest average precision that is possible with it is computed ({@link
 * PrecisionBounds}), and quantiles of either are the limits. Like Gaffke's they rest on simulations
 * (docs/statistics.md), not on a proof. They are wide where positives are few or nearly all pairs
 * are in order, since one negative in some hundreds that ranks first costs much precision: if 450
 * negatives stand below 50 positives, a share of .8 % that ranks above would not have been met in
 * 2.5 % of samples, and leaves an average precision of .80.
 *
 * <p>Boyd, Eng and Page (2013, ECML, section 3.3) recommend an interval on the logit scale, and the
 * bootstrap is common. Both know nothing of what was not met, and fail where the ranking is nearly
 * perfect.
 */
public final class Auprc implements Estimate {
  private static final int DRAWS = 9_999;

  /** To plan by: a number of examples need not be known to a per cent. */
  private static final int DRAWS_TO_PLAN = 999;

  private final double value;
  private final LabelRanking ranking;
  private final int draws;

  /** Of the distance to 0 at most, and of that to 1. */
  private final Map<Boolean, SortedDraws> drawn = new ConcurrentHashMap<>();

  private Auprc(double value, LabelRanking ranking, int draws) {
    this.value = value;
    this.ranking = ranking;
    this.draws = draws;
  }

  /**
   * Estimates the area of scores, the larger the more likely positive.
   *
   * @throws IllegalArgumentException for NaN, lengths that differ, or no positive or no negative
   */
  public static Auprc of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          scores.length + " scores for " + positive.length + " truths");
    }
    if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("a score is NaN, and has no place in a ranking");
    }
    long positives = IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    if (positives == 0 || positives == positive.length) {
      throw new IllegalArgumentException(
          "an average precision needs a positive and a negative, was given %d and %d"
              .formatted(positives, positive.length - positives));
    }
    LabelRanking ranking = LabelRanking.of(scores, positive);
    return new Auprc(ranking.averagePrecision(), ranking, DRAWS);
  }

  @Override
  public double value() {
    return value;
  }

  @Override
  public long sampleSize() {
    return (long) ranking.allPositives() + ranking.allNegatives();
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  /** Positives and negatives alike. */
  @Override
  public Auprc repeated(double times) {
    return new Auprc(value, ranking.times(times), DRAWS_TO_PLAN);
  }

  /** A tail below 1/10,000 is between the least draw and the end of the range. */
  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    return new Interval(
        Math.min(value, drawn(false).at(tail)), Math.max(value, 1 - drawn(true).at(tail)), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < 0) {
      return 0;
    }
    return bound >= value ? 1 : drawn(false).tailAt(bound);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > 1) {
      return 0;
    }
    return bound <= value ? 1 : drawn(true).tailAt(1 - bound);
  }

  private SortedDraws drawn(boolean upper) {
    return drawn.computeIfAbsent(
        upper,
        most ->
            new SortedDraws(
                most
                    ? PrecisionBounds.mostLacks(ranking, draws, PrecisionBounds.MOST_STEPS)
                    : PrecisionBounds.least(ranking, draws, PrecisionBounds.MOST_STEPS),
                0,
                1));
  }

  @Override
  public String method() {
    return "Gaffke's limits of ranked draws";
  }

  @Override
  public String toString() {
    return "average precision %s of %d positives and %d negatives"
        .formatted(value, ranking.allPositives(), ranking.allNegatives());
  }
}

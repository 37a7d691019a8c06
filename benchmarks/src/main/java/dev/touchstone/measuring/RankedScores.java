package dev.touchstone.measuring;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Scores of positives and of negatives, and the average precision that they have.
 *
 * @param name of the population
 * @param ofPositive draws a score
 * @param ofNegative draws a score
 * @param hits of the best t of the positives, the share of positives with the last one's score or
 *     more: t but for ties
 * @param alarms the share of negatives with that score or more
 */
record RankedScores(
    String name,
    ToDoubleFunction<SplittableRandom> ofPositive,
    ToDoubleFunction<SplittableRandom> ofNegative,
    DoubleUnaryOperator hits,
    DoubleUnaryOperator alarms) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  static final double FAR = 1000;

  /** Points of the midpoint rule. */
  private static final int POINTS = 200_000;

  /** Examples of which so many are positive, at least two of each kind. */
  record Sample(double[] scores, boolean[] positive) {}

  static RankedScores binormal(double shift, double deviation) {
    return new RankedScores(
        "binormal, shift %s, deviation %s".formatted(shift, deviation),
        r -> shift + deviation * r.nextGaussian(),
        SplittableRandom::nextGaussian,
        t -> t,
        t -> NORMAL.survivalProbability(shift + deviation * NORMAL.inverseSurvivalProbability(t)));
  }

  /** Normal scores rounded down: some ten distinct ones. */
  static RankedScores rounded(double shift) {
    return new RankedScores(
        "rounded, shift %s".formatted(shift),
        r -> Math.floor(shift + r.nextGaussian()),
        r -> Math.floor(r.nextGaussian()),
        t ->
            NORMAL.survivalProbability(
                Math.floor(shift + NORMAL.inverseSurvivalProbability(t)) - shift),
        t -> NORMAL.survivalProbability(Math.floor(shift + NORMAL.inverseSurvivalProbability(t))));
  }

  /** Two values. */
  static RankedScores binary(double hits, double alarms) {
    return new RankedScores(
        "binary %s/%s".formatted(hits, alarms),
        r -> r.nextDouble() < hits ? 1 : 0,
        r -> r.nextDouble() < alarms ? 1 : 0,
        t -> t <= hits ? hits : 1,
        t -> t <= hits ? alarms : 1);
  }

  /** Some positives stand below every negative. */
  static RankedScores last(double share, double shift) {
    RankedScores others = binormal(shift, 1);
    return new RankedScores(
        "%s of the positives last, the others %s".formatted(share, shift),
        r -> r.nextDouble() < share ? r.nextGaussian() - FAR : others.ofPositive.applyAsDouble(r),
        others.ofNegative,
        t -> t,
        t -> t < 1 - share ? others.alarms.applyAsDouble(t / (1 - share)) : 1);
  }

  /** Some negatives stand above every positive. */
  static RankedScores first(double share, double shift) {
    RankedScores others = binormal(shift, 1);
    return new RankedScores(
        "%s of the negatives first, the positives %s".formatted(share, shift),
        others.ofPositive,
        r -> r.nextDouble() < share ? r.nextGaussian() + FAR : r.nextGaussian(),
        t -> t,
        t -> share + (1 - share) * others.alarms.applyAsDouble(t));
  }

  double averagePrecision(double positives) {
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      double t = (i + 0.5) / POINTS;
      double hit = positives * hits.applyAsDouble(t);
      sum += hit / (hit + (1 - positives) * alarms.applyAsDouble(t));
    }
    return sum / POINTS;
  }

  /** Of so many examples, each of which is positive with a probability. */
  Sample draw(int examples, double positives, SplittableRandom random) {
    boolean[] positive = new boolean[examples];
    int found;
    do {
      found = 0;
      for (int i = 0; i < examples; i++) {
        positive[i] = random.nextDouble() < positives;
        found += positive[i] ? 1 : 0;
      }
    } while (Math.min(found, examples - found) < 2);
    double[] scores = new double[examples];
    for (int i = 0; i < examples; i++) {
      scores[i] = (positive[i] ? ofPositive : ofNegative).applyAsDouble(random);
    }
    return new Sample(scores, positive);
  }
}

package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How many positives and negatives stand where in a ranking, the largest score first: at every
 * score that a positive has, the positives with it, the negatives that stand above it and below the
 * one before, and the negatives with it. All that an average precision depends on.
 *
 * @param positives at each such score, at least one
 * @param above negatives between it and the one before
 * @param tied negatives with the same score
 * @param below negatives below every positive
 */
record LabelRanking(int[] positives, int[] above, int[] tied, int below) {

  /** Of scores, the larger the more likely positive; there is a positive. */
  static LabelRanking of(double[] scores, boolean[] positive) {
    // A comparison of numbers takes −0.0 to be less than 0.0; their sum is 0.0.
    double[] values = Arrays.stream(scores).map(score -> score + 0.0).toArray();
    double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
    int[] hits = new int[distinct.length];
    int[] alarms = new int[distinct.length];
    for (int i = 0; i < values.length; i++) {
      int place = Arrays.binarySearch(distinct, values[i]);
      hits[place] += positive[i] ? 1 : 0;
      alarms[place] += positive[i] ? 0 : 1;
    }
    int[][] steps = new int[3][distinct.length];
    int found = 0;
    int passed = 0;
    for (int place = distinct.length - 1; place >= 0; place--) {
      if (hits[place] == 0) {
        passed += alarms[place];
      } else {
        steps[0][found] = hits[place];
        steps[1][found] = passed;
        steps[2][found++] = alarms[place];
        passed = 0;
      }
    }
    return cut(steps, found, passed);
  }

  private static LabelRanking cut(int[][] steps, int length, int below) {
    return new LabelRanking(
        Arrays.copyOf(steps[0], length),
        Arrays.copyOf(steps[1], length),
        Arrays.copyOf(steps[2], length),
        below);
  }

  int steps() {
    return positives.length;
  }

  int allPositives() {
    return IntStream.of(positives).sum();
  }

  int allNegatives() {
    return IntStream.of(above).sum() + IntStream.of(tied).sum() + below;
  }

  /** The precision at the score of each positive, on average. */
  double averagePrecision() {
    double sum = 0;
    double hits = 0;
    double alarms = 0;
    for (int step = 0; step < steps(); step++) {
      hits += positives[step];
      alarms += above[step] + tied[step];
      sum += positives[step] * (hits / (hits + alarms));
    }
    return sum / hits;
  }

  /** So many times the examples; of counts that are no whole numbers the sums are rounded. */
  LabelRanking times(double times) {
    int[][] rounded = new int[3][steps()];
    Rounding hits = new Rounding(times);
    Rounding alarms = new Rounding(times);
    int found = 0;
    int passed = 0;
    for (int step = 0; step < steps(); step++) {
      int positive = hits.more(positives[step]);
      passed += alarms.more(above[step]);
      int with = alarms.more(tied[step]);
      if (positive == 0) {
        passed += with;
      } else {
        rounded[0][found] = positive;
        rounded[1][found] = passed;
        rounded[2][found++] = with;
        passed = 0;
      }
    }
    return cut(rounded, found, passed + alarms.more(below));
  }

  /** Multiples of counts, whose sums are as near as whole numbers can be. */
  private static final class Rounding {
    private final double times;
    private long counted;
    private long given;

    Rounding(double times) {
      this.times = times;
    }

    int more(int count) {
      counted += count;
      long now = (long) Math.ceil(times * counted - 0.5);
      int more = Math.toIntExact(now - given);
      given = now;
      return more;
    }
  }
}

package dev.touchstone.statistics;

import java.util.Arrays;

/**
 * Draws of a limit, sorted, which lie between two ends: the k-th of B stands for a tail of k/(B +
 * 1), the ends for 0 and 1, and between them all is straight.
 *
 * @param sorted the draws
 * @param least the least that one can be
 * @param most the most that one can be
 */
record SortedDraws(double[] sorted, double least, double most) {

  /** Returns draws with the other sign, sorted. */
  static SortedDraws negated(double[] draws, double least, double most) {
    double[] negated = Arrays.stream(draws).map(draw -> -draw).sorted().toArray();
    return new SortedDraws(negated, least, most);
  }

  /** Returns the limit at a tail. */
  double at(double tail) {
    double place = tail * (sorted.length + 1);
    int below = (int) place;
    return order(below) + (place - below) * (order(below + 1) - order(below));
  }

  /** Returns the tail at which a value is the limit: the inverse. */
  double tailAt(double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    double left = order(low);
    double right = order(low + 1);
    return (low + (right > left ? (value - left) / (right - left) : 0)) / (sorted.length + 1);
  }

  private double order(int place) {
    if (place == 0) {
      return least;
    }
    return place > sorted.length ? most : sorted[place - 1];
  }
}

package dev.touchstone.similarity;

import java.util.Arrays;

/** What every comparison of two maps asks of them. */
final class Pairs {
  private Pairs() {}

  static void check(double[] a, double[] b, int fewest) {
    if (a.length != b.length || a.length < fewest) {
      throw new IllegalArgumentException(
          "two maps of the same length, at least "
              + fewest
              + ", were "
              + a.length
              + " and "
              + b.length);
    }
    if (Arrays.stream(a).anyMatch(Double::isNaN) || Arrays.stream(b).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("a map holds NaN");
    }
  }
}

package dev.touchstone.statistics;

import java.util.function.DoublePredicate;

/** P-values of estimates that have limits in closed form, but no distribution. */
public final class Inversion {
  static final double SMALLEST_TAIL = 1e-12;

  /** Just below a half, where the level would be 0. */
  private static final double LARGEST_TAIL = 0.5 - 1e-9;

  private Inversion() {}

  /**
   * The smallest tail probability whose limit excludes a bound, by bisection of its logarithm: the
   * one-sided p-value that agrees with the limits.
   *
   * @param excludes whether the limit at a tail in (0, 0.5) excludes the bound; if it does at one,
   *     then at every larger one
   * @return 1 if no limit excludes it, 0 if the limit at 1e-12 does
   */
  public static double smallestTail(DoublePredicate excludes) {
    double excluded = LARGEST_TAIL;
    if (!excludes.test(excluded)) {
      return 1;
    }
    double included = SMALLEST_TAIL;
    if (excludes.test(included)) {
      return 0;
    }
    while (excluded / included > 1 + 1e-9) {
      double middle = Math.sqrt(excluded * included);
      if (excludes.test(middle)) {
        excluded = middle;
      } else {
        included = middle;
      }
    }
    return excluded;
  }
}

package dev.touchstone.statistics;

import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apiguardian.api.API;

/** P-values of estimates that have limits in closed form, but no distribution. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Inversion {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

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

  /**
   * The tail probability at which a limit is the bound, by the Illinois rule on the normal scale,
   * where limits are nearly straight: for limits that cost much.
   *
   * @param beyond by how much the limit at a tail in (0, 0.5) is beyond the bound, on the side on
   *     which it excludes it; it does not fall as the tail grows
   * @return 1 if no limit excludes the bound, 0 if the one at 1e-12 does
   */
  static double tailWhere(DoubleUnaryOperator beyond) {
    if (!(beyond.applyAsDouble(LARGEST_TAIL) > 0)) {
      return 1;
    }
    if (beyond.applyAsDouble(SMALLEST_TAIL) > 0) {
      return 0;
    }
    double low = NORMAL.inverseSurvivalProbability(LARGEST_TAIL);
    double high = NORMAL.inverseSurvivalProbability(SMALLEST_TAIL);
    double atLow = beyond.applyAsDouble(LARGEST_TAIL);
    double atHigh = beyond.applyAsDouble(SMALLEST_TAIL);
    int moved = 0;
    while (high - low > 1e-10) {
      double share = atLow / (atLow - atHigh);
      // At a limit that stands still the rule does, too.
      double z = low + (share > 0 && share < 1 ? share : 0.5) * (high - low);
      double value = beyond.applyAsDouble(NORMAL.survivalProbability(z));
      if (Math.abs(value) < 1e-13) {
        low = value > 0 ? z : low;
        high = value > 0 ? high : z;
        break;
      }
      if (value > 0) {
        low = z;
        atLow = value;
        atHigh = moved > 0 ? atHigh / 2 : atHigh;
        moved = 1;
      } else {
        high = z;
        atHigh = value;
        atLow = moved < 0 ? atLow / 2 : atLow;
        moved = -1;
      }
    }
    return NORMAL.survivalProbability(low);
  }
}

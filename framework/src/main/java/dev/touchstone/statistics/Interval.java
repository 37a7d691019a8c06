package dev.touchstone.statistics;

import java.util.Locale;

/**
 * A two-sided confidence interval.
 *
 * @param lower the lower limit, at most {@code upper}
 * @param upper the upper limit
 * @param level the confidence level, in (0, 1)
 */
public record Interval(double lower, double upper, double level) {

  /** Checks the order of the limits and the level. */
  public Interval {
    if (!(lower <= upper)) {
      throw new IllegalArgumentException("interval limits out of order: " + lower + ", " + upper);
    }
    checkLevel(level);
  }

  /**
   * Checks a confidence level.
   *
   * @throws IllegalArgumentException unless {@code 0 < level < 1}
   */
  public static double checkLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("confidence level must lie in (0, 1), was " + level);
    }
    return level;
  }

  /** Returns whether {@code value} lies inside, limits included. */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "[%.4f, %.4f]", lower, upper);
  }
}

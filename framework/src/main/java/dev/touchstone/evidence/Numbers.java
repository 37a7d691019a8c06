package dev.touchstone.evidence;

import dev.touchstone.statistics.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** How numbers are shown to people, the same in every message. */
public final class Numbers {
  private static final MathContext FOUR = new MathContext(4, RoundingMode.HALF_EVEN);

  private Numbers() {}

  /**
   * Writes at most four significant digits, and never an exponent between 1e-4 and 1e7; NaN, which
   * stands for what could not be measured, is "none".
   */
  public static String format(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    double magnitude = Math.abs(value);
    if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e7)) {
      return new BigDecimal(value).round(FOUR).stripTrailingZeros().toString();
    }
    BigDecimal rounded =
        magnitude >= 1000
            ? new BigDecimal(value).setScale(1, RoundingMode.HALF_EVEN)
            : new BigDecimal(value).round(FOUR);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /**
   * Writes a number in full, rounded half to even to so many digits after the point.
   *
   * @throws NumberFormatException if it is NaN or infinite
   */
  public static String format(double value, int decimals) {
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }

  /**
   * Writes at estimate with its interval, "0.01 [0.0048, 0.0183]"; "none" where nothing was
   * estimated.
   */
  public static String format(double estimate, Interval interval) {
    return Double.isNaN(estimate)
        ? format(estimate)
        : "%s [%s, %s]"
            .formatted(format(estimate), format(interval.lower()), format(interval.upper()));
  }
}

package dev.touchstone.statistics;

import org.apiguardian.api.API;

/**
 * When numbers that were rounded on their way are still probabilities: one tolerance for "at most
 * 1", "at least 0" and "sums to 1", asked by everyone.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Probabilities {
  /**
   * How far a probability may lie outside [0, 1], and a row of them may sum from 1. A float16
   * softmax is off by up to 5e-4, a float32 one over a thousand classes by 1e-4, the votes of a
   * forest in float32 by 1e-7.
   */
  public static final double TOLERANCE = 1e-3;

  private Probabilities() {}

  /** Whether a number is a probability, but for rounding; NaN is none. */
  public static boolean isProbability(double number) {
    return number >= -TOLERANCE && number <= 1 + TOLERANCE;
  }

  /** Whether the sum of a distribution's probabilities is 1, but for rounding. */
  public static boolean isSum(double sum) {
    return Math.abs(sum - 1) <= TOLERANCE;
  }

  /** Returns the probability without what rounding left beyond 0 and 1. */
  public static double withoutRounding(double probability) {
    return Math.max(0, Math.min(1, probability));
  }
}

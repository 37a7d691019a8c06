package dev.touchstone.statistics;

/**
 * The values that a quantity can have: a share lies in [0, 1], a difference of two in [−1, 1].
 *
 * @param least the smallest, −∞ if there is none
 * @param most the largest, +∞ if there is none
 */
public record Range(double least, double most) {
  private static final double ROUNDING = 1e-9;

  /** What is not known to have an end. */
  public static final Range UNBOUNDED =
      new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Shares, probabilities, areas under a curve. */
  public static final Range SHARE = new Range(0, 1);

  /** Checks the order of the ends. */
  public Range {
    if (!(least < most)) {
      throw new IllegalArgumentException("a range needs two ends in order: " + least + ", " + most);
    }
  }

  /** Returns whether a value can occur, ends included. */
  public boolean contains(double value) {
    return least <= value && value <= most;
  }

  /** Whether a value can occur, or is beyond an end by rounding alone. */
  boolean admits(double value) {
    return value >= least - ROUNDING && value <= most + ROUNDING;
  }

  /** A value, or the end of the range beyond which it lies. */
  double nearest(double value) {
    return Math.max(least, Math.min(most, value));
  }

  /** Returns the values that a difference of two quantities can have, the first of this range. */
  public Range minus(Range subtracted) {
    return new Range(least - subtracted.most, most - subtracted.least);
  }

  /** The part of an interval that can occur; cutting off the rest loses no coverage. */
  Interval cut(double lower, double upper, double level) {
    return new Interval(Math.max(least, lower), Math.min(most, upper), level);
  }
}

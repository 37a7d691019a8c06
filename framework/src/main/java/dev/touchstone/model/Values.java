package dev.touchstone.model;

import java.util.Arrays;
import java.util.List;

/**
 * What a {@link Regressor} says of several examples: one finite value each, and, where it gives
 * them, an interval that the true value is said to lie in. Immutable.
 */
public final class Values {
  private final double[] values;

  /** Lower and upper ends, one pair per example; none for a regressor that gives no intervals. */
  private final double[][] intervals;

  private Values(double[] values, double[][] intervals) {
    this.values = values;
    this.intervals = intervals;
  }

  /**
   * Makes values without intervals.
   *
   * @throws IllegalArgumentException for a value that is NaN or infinite
   */
  public static Values of(double... values) {
    requireFinite(values);
    return new Values(values.clone(), new double[0][]);
  }

  /**
   * Makes values with their intervals.
   *
   * @param lower as many as values, each at most {@code upper}
   * @throws IllegalArgumentException for other numbers of them, ends in the wrong order, or a
   *     number that is NaN or infinite
   */
  public static Values of(double[] values, double[] lower, double[] upper) {
    if (lower.length != values.length || upper.length != values.length) {
      throw new IllegalArgumentException(
          "%d values with %d lower and %d upper ends of intervals"
              .formatted(values.length, lower.length, upper.length));
    }
    requireFinite(values);
    requireFinite(lower);
    requireFinite(upper);
    double[][] intervals = new double[values.length][];
    for (int i = 0; i < intervals.length; i++) {
      if (!(lower[i] <= upper[i])) {
        throw new IllegalArgumentException(
            "an interval from %s to %s has its ends in the wrong order"
                .formatted(lower[i], upper[i]));
      }
      intervals[i] = new double[] {lower[i], upper[i]};
    }
    return new Values(values.clone(), intervals);
  }

  private static void requireFinite(double[] numbers) {
    if (!Arrays.stream(numbers).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "a regressor's numbers are finite, one was NaN or infinite");
    }
  }

  /** Joins batches, in order; with intervals where all of them have some. */
  static Values concatenated(List<Values> batches) {
    double[] values = batches.stream().flatMapToDouble(b -> Arrays.stream(b.values)).toArray();
    double[][] intervals =
        batches.stream().allMatch(Values::hasIntervals)
            ? batches.stream().flatMap(b -> Arrays.stream(b.intervals)).toArray(double[][]::new)
            : new double[0][];
    return new Values(values, intervals);
  }

  /** Returns the number of examples. */
  public int size() {
    return values.length;
  }

  /** Returns the value of an example. */
  public double value(int example) {
    return values[example];
  }

  /** Returns a copy of all values. */
  public double[] values() {
    return values.clone();
  }

  /** Returns whether every value has an interval. */
  public boolean hasIntervals() {
    return values.length > 0 && intervals.length == values.length;
  }

  /**
   * Returns the lower end of an example's interval.
   *
   * @throws IllegalStateException without {@linkplain #hasIntervals intervals}
   */
  public double lower(int example) {
    return interval(example)[0];
  }

  /**
   * Returns the upper end of an example's interval.
   *
   * @throws IllegalStateException without {@linkplain #hasIntervals intervals}
   */
  public double upper(int example) {
    return interval(example)[1];
  }

  private double[] interval(int example) {
    if (!hasIntervals()) {
      throw new IllegalStateException("values without intervals");
    }
    return intervals[example];
  }
}

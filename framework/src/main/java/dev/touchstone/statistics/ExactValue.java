package dev.touchstone.statistics;

import java.util.OptionalLong;
import org.apiguardian.api.API;

/**
 * A quantity that is computed and not estimated, such as by how much stored weights differ from
 * others: its limits are itself, and a bound is kept or broken for certain.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ExactValue implements Estimate {
  private final double value;
  private final long size;
  private final String unit;

  private ExactValue(double value, long size, String unit) {
    this.value = value;
    this.size = size;
    this.unit = unit;
  }

  /**
   * Returns a value.
   *
   * @param size how many numbers it was computed of
   * @param unit what they are, in the plural
   * @throws IllegalArgumentException if it is not finite
   */
  public static ExactValue of(double value, long size, String unit) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("an exact value must be finite, was " + value);
    }
    return new ExactValue(value, size, unit);
  }

  @Override
  public double value() {
    return value;
  }

  @Override
  public long sampleSize() {
    return size;
  }

  @Override
  public String unit() {
    return unit;
  }

  @Override
  public Interval interval(double level) {
    return new Interval(value, value, Interval.checkLevel(level));
  }

  @Override
  public double pValueAbove(double bound) {
    return value > bound ? 0 : 1;
  }

  @Override
  public double pValueBelow(double bound) {
    return value < bound ? 0 : 1;
  }

  /** Empty: it is decided. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    return OptionalLong.empty();
  }

  @Override
  public String method() {
    return "exact";
  }

  @Override
  public String toString() {
    return "exactly " + value;
  }
}

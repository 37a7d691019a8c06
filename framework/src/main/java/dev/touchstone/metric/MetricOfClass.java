package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A share that is about one class; known by its kind and the class. */
abstract class MetricOfClass implements ClassificationMetric {
  private final String name;
  final int positive;

  /**
   * A metric.
   *
   * @param name of the quantity
   * @param positive the class, by its index
   */
  MetricOfClass(String name, int positive) {
    this.name = name;
    this.positive = positive;
  }

  final String name() {
    return name;
  }

  @Override
  public final String quantity() {
    return name + " (class " + positive + ")";
  }

  @Override
  public final String quantityFor(Dataset data) {
    return "%s of %s".formatted(name, Words.classNamed(data, positive));
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Words.is(this, examples, quantityFor(data));
  }

  @Override
  public final Reading worseningInWords(String examples, Dataset data) {
    return Words.worse(this, examples, quantityFor(data));
  }

  @Override
  public final Range range() {
    return Range.SHARE;
  }

  /** Refuses a class that is none. */
  @Override
  public void check(Dataset data) {
    refuseUnknownClass(data, name, positive);
  }

  static void refuseUnknownClass(Dataset data, String quantity, int positive) {
    if (positive < 0 || positive >= data.classNames().size()) {
      throw new TouchstoneException(
          "the %s of class %d is asked for, and %s has %d, %s; a class is given by its index, from 0 on"
              .formatted(
                  quantity, positive, data.name(), data.classNames().size(), data.classNames()));
    }
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof MetricOfClass metric
        && metric.getClass() == getClass()
        && metric.positive == positive;
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), positive);
  }

  @Override
  public final String toString() {
    return quantity();
  }
}

package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A rate that one class has, read off the predicted classes; known by its kind and the class. */
abstract class RateOfClass implements ClassificationMetric {
  private final String name;
  final int positive;

  /**
   * A rate.
   *
   * @param name of the quantity
   * @param positive the class, by its index
   */
  RateOfClass(String name, int positive) {
    this.name = name;
    this.positive = positive;
  }

  /** What is kept of a predicted class. */
  abstract double[] outcome(int predicted, int label);

  final String name() {
    return name;
  }

  @Override
  public final String quantity() {
    return name + " (class " + positive + ")";
  }

  @Override
  public final Range range() {
    return Range.SHARE;
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public final double[] outcome(double[] probabilities, int label) {
    return outcome(Predictions.mostProbable(probabilities), label);
  }

  @Override
  public final double[] outcome(Predictions predictions, int example, int label) {
    return outcome(predictions.predicted(example), label);
  }

  @Override
  public final boolean readsProbabilities() {
    return false;
  }

  /** Refuses a class that is none. */
  @Override
  public final void check(Dataset data) {
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
    return other instanceof RateOfClass rate
        && rate.getClass() == getClass()
        && rate.positive == positive;
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

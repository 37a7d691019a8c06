package dev.touchstone.metric;

import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;

/** A rate that one class has, read off the predicted classes. */
abstract class RateOfClass extends MetricOfClass {

  /**
   * A rate.
   *
   * @param name of the quantity
   * @param positive the class, by its index
   */
  RateOfClass(String name, int positive) {
    super(name, positive);
  }

  /** What is kept of a predicted class. */
  abstract double[] outcome(int predicted, int label);

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
}

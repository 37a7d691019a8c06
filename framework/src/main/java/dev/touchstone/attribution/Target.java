package dev.touchstone.attribution;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Predictions;

/**
 * What is explained of whatever example comes, before there are any: the predicted class, the true
 * label, a class, a difference of two of these. {@link #of} makes it a {@link Quantity} of given
 * examples, once and as they are, so that a point on a path or a sample of noise is asked what its
 * example was.
 *
 * <p>Two targets are equal where they ask the same; a target of one's own is a record, too.
 */
public interface Target {

  /**
   * Explains any quantity of each example.
   *
   * @param predictions what the model says of the examples as they are
   * @param examples of the data
   */
  Quantity of(Predictions predictions, Dataset examples);

  /** Returns what is explained, in words, such as {@code "the predicted class"}. */
  String describe();

  /**
   * Returns this target without another one: what speaks for the first rather than for the second.
   */
  default Target minus(Target other) {
    return new Targets.Difference(this, other);
  }

  /** Returns the score of the class that the model predicts of the example. */
  static Target predictedClass() {
    return new Targets.PredictedClass();
  }

  /** Returns the score of the class that the example is labelled with. */
  static Target trueLabel() {
    return new Targets.TrueLabel();
  }

  /**
   * Returns the score of one class, whatever the example.
   *
   * @param label 0-based
   */
  static Target ofClass(int label) {
    return new Targets.OfClass(label);
  }

  /**
   * Explains any quantity, such as {@link Quantity#weighting} or {@link Quantity#output}, or one of
   * one's own that asks the same of every example.
   */
  static Target of(Quantity quantity) {
    return new Targets.Given(quantity);
  }
}

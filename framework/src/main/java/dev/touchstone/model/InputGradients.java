package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;

/**
 * The capability to differentiate a model's scores with respect to its input. Where the model has
 * {@link Scores}, these are the ones.
 */
public interface InputGradients {

  /**
   * Returns the gradient of a quantity of each example's scores, before any softmax, with respect
   * to the example.
   *
   * @param batch n examples of the model's input shape, before the model's own normalisation
   * @param quantity what is differentiated, example by example
   * @return n rows, each as long as one example
   */
  double[][] inputGradients(Tensor batch, Quantity quantity);

  /**
   * Returns the same of a batch of which the model takes what it declares: by default the features
   * in single precision, and nothing else.
   *
   * @return n rows of {@link Inputs#rowSize()} values
   */
  default double[][] inputGradients(Inputs batch, Quantity quantity) {
    return inputGradients(batch.onlyFeatures("the model"), quantity);
  }

  /**
   * Returns how many examples to hand over at once so that the working memory stays inside a
   * budget.
   */
  int gradientBatchSize(long budgetBytes);
}

package dev.touchstone.model;

import dev.touchstone.data.Tensor;

/** The capability to differentiate a model's scores with respect to its input. */
public interface InputGradients {

  /**
   * The gradient of each example's class score, before any softmax, with respect to the example.
   *
   * @param batch n examples of the model's input shape, before the model's own normalisation
   * @param targets the class of each example, 0-based
   * @return n rows, each as long as one example
   */
  double[][] inputGradients(Tensor batch, int[] targets);

  /** How many examples to hand over at once so that the working memory stays inside a budget. */
  int gradientBatchSize(long budgetBytes);
}

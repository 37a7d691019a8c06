package dev.touchstone.model;

import dev.touchstone.data.Tensor;

/**
 * The capability to show what the last layer sees: the input of the final linear layer, on which
 * the model is a multinomial logistic regression.
 */
public interface Representation {

  /**
   * Returns the last layer's input.
   *
   * @return n × d, one row per example
   */
  double[][] representation(Tensor batch);
}

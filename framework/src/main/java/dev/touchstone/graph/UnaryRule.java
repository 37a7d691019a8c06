package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;

/** A backward rule of nodes of which one input is computed, such as activations and poolings. */
@FunctionalInterface
public interface UnaryRule {

  /**
   * Passes a gradient from the node's output to the one of its inputs that depends on the model's
   * input.
   *
   * @param input the node's input that the gradient is passed to
   * @param output the node's output, computed from it
   * @param gradient the gradient that arrives at the output, of the output's shape
   * @return the gradient at the input, of the input's shape
   */
  NDArray backward(NDArray input, NDArray output, NDArray gradient);
}

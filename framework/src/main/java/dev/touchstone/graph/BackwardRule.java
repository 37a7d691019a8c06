package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;

/**
 * How one node passes a gradient back, in place of its derivative. Guided backpropagation, DeepLIFT
 * and layer-wise relevance propagation are such rules.
 */
@FunctionalInterface
public interface BackwardRule {

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

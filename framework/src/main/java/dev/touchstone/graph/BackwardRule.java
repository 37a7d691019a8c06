package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * How one node passes a gradient back, in place of its derivative. Guided backpropagation, DeepLIFT
 * and layer-wise relevance propagation are such rules.
 */
@FunctionalInterface
public interface BackwardRule {

  /**
   * Passes a gradient from the node's output to those of its inputs that depend on the model's
   * input.
   *
   * @param passage the node, what went in and came out, and the gradient that arrives
   * @return a gradient for each of {@link Passage#computed}, in that order, of that input's shape
   */
  List<NDArray> backward(Passage passage);

  /**
   * Returns a rule of nodes of which one input is computed.
   *
   * @throws TouchstoneException from {@link #backward} if several are, naming the node
   */
  static BackwardRule unary(UnaryRule rule) {
    return passage -> {
      int[] computed = passage.computed();
      if (computed.length > 1) {
        throw new TouchstoneException(
            "a rule for one input was given for "
                + passage.node()
                + ", of which "
                + computed.length
                + " inputs are computed; write a BackwardRule, which passes a gradient to each of"
                + " them");
      }
      NDArray input = passage.input(computed[0]);
      return List.of(rule.backward(input, passage.output(), passage.gradient()));
    };
  }
}

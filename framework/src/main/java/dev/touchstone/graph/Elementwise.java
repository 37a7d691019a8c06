package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Operators that DJL computes in one call and that have no attributes. */
final class Elementwise {
  private Elementwise() {}

  static Operator unary(UnaryOperator<NDArray> function) {
    return inputs -> function.apply(inputs.get(0));
  }

  static Operator binary(BinaryOperator<NDArray> function) {
    return inputs -> function.apply(inputs.get(0), inputs.get(1));
  }

  /** The same numbers under another handle: a node's output is closed on its own. */
  static NDArray same(List<NDArray> inputs) {
    return inputs.get(0).reshape(inputs.get(0).getShape());
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** ONNX {@code Dropout} at inference: nothing is dropped. */
final class Dropout {
  private Dropout() {}

  static NDArray apply(List<NDArray> inputs) {
    NDArray training = Axes.input(inputs, 2);
    if (training != null && Elementwise.scalar(training) != 0) {
      throw new UnsupportedOperatorException(
          "operator Dropout has no white-box form in training mode; export the model in evaluation"
              + " mode");
    }
    return Elementwise.same(inputs);
  }
}

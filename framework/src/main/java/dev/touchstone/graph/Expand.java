package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** ONNX {@code Expand}: stretched to a shape, in both directions. */
final class Expand {
  private Expand() {}

  static NDArray apply(List<NDArray> inputs) {
    Shape wanted = new Shape(Axes.integers(inputs.get(1)));
    return Broadcast.to(inputs.get(0), Broadcast.common(inputs.get(0).getShape(), wanted));
  }
}

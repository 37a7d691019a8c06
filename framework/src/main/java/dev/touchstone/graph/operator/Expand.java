package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code Expand}: stretched to a shape, in both directions. */
record Expand() implements Growing {

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return Broadcast.to(inputs.get(0), shape(inputs));
  }

  private static Shape shape(List<? extends @Nullable NDArray> inputs) {
    NDArray x = Axes.required(inputs, 0);
    Shape wanted = new Shape(Axes.integers(Axes.required(inputs, 1)));
    return Broadcast.common(x.getShape(), wanted);
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    return Growing.product(shape(inputs).getShape());
  }
}

package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import java.util.List;

/** ONNX {@code MaxPool} in two dimensions. */
record MaxPool(Window window, Shape kernel) implements Operator {

  static Operator from(Attributes attributes) {
    Window window = Window.from(attributes);
    if (window.dilations().get(0) != 1 || window.dilations().get(1) != 1) {
      throw attributes.unsupported("dilated pooling");
    }
    return new MaxPool(window, new Shape(attributes.integers("kernel_shape")));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Window.Padded padded = window.pad(inputs.get(0), kernel, Float.NEGATIVE_INFINITY);
    return Pool.maxPool2d(
        padded.array(), kernel, window.strides(), padded.symmetric(), window.ceil());
  }
}

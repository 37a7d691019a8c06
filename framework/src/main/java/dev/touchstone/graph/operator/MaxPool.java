package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** ONNX {@code MaxPool} over signals, images and volumes. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record MaxPool(Window window, Shape kernel) implements Growing {

  static Operator from(Attributes attributes) {
    Window window = Window.from(attributes);
    Shape kernel = new Shape(attributes.integers("kernel_shape"));
    return window.isDilated() ? DilatedPool.maximum(window, kernel) : new MaxPool(window, kernel);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Window.Padded padded = window.pad(inputs.get(0), kernel, Double.NEGATIVE_INFINITY);
    return padded
        .array()
        .getNDArrayInternal()
        .maxPool(kernel, window.strides(kernel.dimension()), padded.symmetric(), window.ceil());
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape input = Axes.required(inputs, 0).getShape();
    return window.elements(input, kernel, input.get(1));
  }
}

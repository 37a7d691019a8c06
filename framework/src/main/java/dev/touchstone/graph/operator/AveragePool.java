package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code AveragePool} over signals, images and volumes. */
record AveragePool(Window window, Shape kernel, boolean countsPadding) implements Growing {

  static Operator from(Attributes attributes) {
    Window window = Window.from(attributes);
    Shape kernel = new Shape(attributes.integers("kernel_shape"));
    boolean countsPadding = attributes.flag("count_include_pad", false);
    return window.isDilated()
        ? DilatedPool.average(window, kernel, countsPadding)
        : new AveragePool(window, kernel, countsPadding);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray average = average(x);
    if (countsPadding || !window.isPadded(x.getShape(), kernel)) {
      return average;
    }
    // The engine counts the padding; the share of each window that lies inside corrects for it.
    return average.div(average(x.getManager().ones(x.getShape(), x.getDataType())));
  }

  private NDArray average(NDArray x) {
    Window.Padded padded = window.pad(x, kernel, 0);
    return padded
        .array()
        .getNDArrayInternal()
        .avgPool(
            kernel, window.strides(kernel.dimension()), padded.symmetric(), window.ceil(), true);
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape input = Axes.required(inputs, 0).getShape();
    return window.elements(input, kernel, input.get(1));
  }
}

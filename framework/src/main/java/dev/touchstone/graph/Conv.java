package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.List;

/** ONNX {@code Conv} in two dimensions. */
record Conv(Window window, int groups) implements Operator {

  static Operator from(Attributes attributes) {
    return new Conv(Window.from(attributes), attributes.index("group", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray weight = inputs.get(1);
    NDArray bias = inputs.size() > 2 ? inputs.get(2) : null;
    if (x.getShape().dimension() != 4) {
      throw new UnsupportedOperatorException(
          "Conv over an input of shape "
              + x.getShape()
              + "; the white box knows images [N, C, H, W]");
    }
    Shape kernel = weight.getShape().slice(2);
    Window.Padded padded = window.pad(x, kernel, 0);
    return Conv2d.conv2d(
            padded.array(),
            weight,
            bias,
            window.strides(),
            padded.symmetric(),
            window.dilations(),
            groups)
        .singletonOrThrow();
  }
}

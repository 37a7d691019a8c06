package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** ONNX {@code Conv} over signals, images and volumes. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Conv(Window window, int groups) implements Growing {

  static Operator from(Attributes attributes) {
    return new Conv(Window.from(attributes), attributes.index("group", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray weight = inputs.get(1);
    Shape kernel = weight.getShape().slice(2);
    Window.Padded padded = window.pad(x, kernel, 0);
    Window.Steps steps = window.steps(x.getShape(), kernel);
    return x.getNDArrayInternal()
        .convolution(
            padded.array(),
            weight,
            Axes.input(inputs, 2),
            steps.strides(),
            padded.symmetric(),
            steps.dilations(),
            groups)
        .singletonOrThrow();
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape weight = Axes.required(inputs, 1).getShape();
    return window.elements(Axes.required(inputs, 0).getShape(), weight.slice(2), weight.get(0));
  }
}

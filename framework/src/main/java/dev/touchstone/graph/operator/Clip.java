package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.apiguardian.api.API;

/** ONNX {@code Clip}; its bounds are attributes before opset 11. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Clip(double least, double most) implements Operator {

  static Operator from(Attributes attributes) {
    return new Clip(
        attributes.number("min", Float.NEGATIVE_INFINITY),
        attributes.number("max", Float.POSITIVE_INFINITY));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray from = Axes.input(inputs, 1);
    NDArray to = Axes.input(inputs, 2);
    double low = from == null ? least : Elementwise.scalar(from);
    double high = to == null ? most : Elementwise.scalar(to);
    NDArray x = inputs.get(0);
    if (!x.getDataType().isFloating()) {
      return x.clip(
          (long) Math.max(low, Long.MIN_VALUE / 2), (long) Math.min(high, Long.MAX_VALUE / 2));
    }
    return x.clip(low, high);
  }
}

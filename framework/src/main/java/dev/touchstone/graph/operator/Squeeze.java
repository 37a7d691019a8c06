package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** ONNX {@code Squeeze}: drops axes of length 1, all of them if none are named. */
record Squeeze(Axes axes) implements Operator {

  static Operator from(Attributes attributes) {
    return new Squeeze(Axes.from(attributes, "axes", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Shape shape = inputs.get(0).getShape();
    long[] given = axes.values(inputs);
    int[] dropped =
        given == null
            ? IntStream.range(0, shape.dimension()).filter(a -> shape.get(a) == 1).toArray()
            : Axes.counted(given, shape.dimension());
    return inputs.get(0).reshape(Axes.without(shape, dropped));
  }
}

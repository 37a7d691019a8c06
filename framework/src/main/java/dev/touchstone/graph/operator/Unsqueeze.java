package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** ONNX {@code Unsqueeze}: inserts axes of length 1, counted in the result. */
record Unsqueeze(Axes axes) implements Operator {

  static Operator from(Attributes attributes) {
    return new Unsqueeze(Axes.from(attributes, "axes", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Shape shape = inputs.get(0).getShape();
    long[] given = Objects.requireNonNull(axes.values(inputs), "axes");
    int rank = shape.dimension() + given.length;
    int[] inserted = Axes.counted(given, rank);
    long[] result = new long[rank];
    int from = 0;
    for (int axis = 0; axis < rank; axis++) {
      result[axis] = Arrays.binarySearch(inserted, axis) >= 0 ? 1 : shape.get(from++);
    }
    return inputs.get(0).reshape(new Shape(result));
  }
}

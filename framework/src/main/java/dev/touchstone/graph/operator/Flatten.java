package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** ONNX {@code Flatten} to two dimensions. */
record Flatten(int axis) implements Operator {

  static Operator from(Attributes attributes) {
    return new Flatten(attributes.index("axis", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Shape shape = inputs.get(0).getShape();
    int split = axis < 0 ? axis + shape.dimension() : axis;
    return inputs
        .get(0)
        .reshape(new Shape(shape.slice(0, split).size(), shape.slice(split).size()));
  }
}

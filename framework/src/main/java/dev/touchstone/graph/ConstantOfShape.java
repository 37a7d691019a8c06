package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** ONNX {@code ConstantOfShape}. */
record ConstantOfShape(Constant value) implements Operator {

  static Operator from(Attributes attributes) {
    return new ConstantOfShape(
        attributes.has("value") ? attributes.tensor("value") : Constant.of(new float[] {0}, 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Shape shape = new Shape(Axes.integers(inputs.get(0)));
    return value.floating()
        ? inputs.get(0).getManager().full(shape, value.floats()[0], DataType.FLOAT32)
        : inputs.get(0).getManager().full(shape, value.longs()[0], DataType.INT64);
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code ConstantOfShape}. */
record ConstantOfShape(Constant value) implements Growing {

  static Operator from(Attributes attributes) {
    Constant value =
        attributes.has("value") ? attributes.tensor("value") : Constant.of(new float[] {0}, 1);
    if (value.size() != 1) {
      throw attributes.unsupported("a value of " + value.size() + " numbers");
    }
    return new ConstantOfShape(value);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    Shape shape = new Shape(Axes.integers(inputs.get(0)));
    return value.floating()
        ? inputs.get(0).getManager().full(shape, value.floats()[0], DataType.FLOAT32)
        : inputs.get(0).getManager().full(shape, value.longs()[0], DataType.INT64);
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    return Growing.product(Axes.integers(Axes.required(inputs, 0)));
  }
}

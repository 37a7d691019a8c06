package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;

/** ONNX {@code Concat}. */
record Concat(int axis) implements Operator {

  static Operator from(Attributes attributes) {
    return new Concat(attributes.index("axis", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    int along = Axes.counted(axis, inputs.get(0).getShape().dimension());
    return inputs.size() == 1
        ? inputs.get(0)
        : NDArrays.concat(new NDList(inputs.toArray(new NDArray[0])), along);
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** ONNX {@code GatherElements}: of each line along an axis, the entries that are named there. */
record GatherElements(int axis) implements Operator {

  static Operator from(Attributes attributes) {
    return new GatherElements(attributes.index("axis", 0));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int along = Axes.counted(axis, x.getShape().dimension());
    return x.gather(Places.counted(inputs.get(1), x.getShape().get(along)), along);
  }
}

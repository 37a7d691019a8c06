package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** ONNX {@code ScatterElements}: in each line along an axis, other entries where they are named. */
record ScatterElements(int axis) implements Operator {

  static Operator from(Attributes attributes) {
    ScatterNd.refuseReductions(attributes);
    return new ScatterElements(attributes.index("axis", 0));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int along = Axes.counted(axis, x.getShape().dimension());
    NDArray places = Places.counted(inputs.get(1), x.getShape().get(along));
    return x.scatter(places, inputs.get(2), along);
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** ONNX {@code ArgMax} and {@code ArgMin}. */
record ArgExtremum(boolean largest, int axis, boolean keepsAxis) implements Operator {

  static Operator from(Attributes attributes, boolean largest) {
    attributes.require("select_last_index", 0);
    return new ArgExtremum(largest, attributes.index("axis", 0), attributes.flag("keepdims", true));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int along = Axes.counted(axis, x.getShape().dimension());
    NDArray found = largest ? x.argMax(along) : x.argMin(along);
    return keepsAxis ? found.expandDims(along) : found;
  }
}

package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.List;

/** ONNX {@code Gather}: entries of one axis, chosen by whole numbers of any shape. */
record Gather(int axis) implements Operator {

  static Operator from(Attributes attributes) {
    return new Gather(attributes.index("axis", 0));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray indices = inputs.get(1).toType(DataType.INT64, false);
    int along = Axes.counted(axis, x.getShape().dimension());
    NDArray chosen = indices.flatten();
    NDArray taken = x.get(new NDIndex(":,".repeat(along) + "{}", chosen));
    return taken.reshape(
        x.getShape()
            .slice(0, along)
            .addAll(indices.getShape())
            .addAll(x.getShape().slice(along + 1)));
  }
}

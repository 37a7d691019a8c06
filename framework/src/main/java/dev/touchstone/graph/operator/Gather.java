package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code Gather}: entries of one axis, chosen by whole numbers of any shape. */
record Gather(int axis) implements Growing {

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

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape shape = Axes.required(inputs, 0).getShape();
    int along = Axes.counted(axis, shape.dimension());
    return Math.multiplyExact(
        Growing.product(Axes.without(shape, new int[] {along}).getShape()),
        Axes.required(inputs, 1).size());
  }
}

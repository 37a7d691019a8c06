package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code MatMul}: products of the last two axes, the others stretched to each other. */
record MatrixProduct() implements Growing {

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return inputs.get(0).matMul(inputs.get(1));
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape a = Axes.required(inputs, 0).getShape();
    Shape b = Axes.required(inputs, 1).getShape();
    if (a.dimension() < 1 || b.dimension() < 1) {
      throw new IllegalArgumentException("a matrix product of a single number");
    }
    long rows = a.dimension() < 2 ? 1 : a.get(a.dimension() - 2);
    long columns = b.dimension() < 2 ? 1 : b.get(b.dimension() - 1);
    Shape common =
        Broadcast.common(
            a.slice(0, Math.max(0, a.dimension() - 2)), b.slice(0, Math.max(0, b.dimension() - 2)));
    return Math.multiplyExact(Growing.product(common.getShape()), Growing.product(rows, columns));
  }
}

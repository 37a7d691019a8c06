package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import java.util.stream.LongStream;

/** ONNX {@code Trilu}: of matrices, what stands above or below a diagonal; 0 elsewhere. */
record Trilu(boolean upper) implements Operator {

  static Operator from(Attributes attributes) {
    return new Trilu(attributes.flag("upper", true));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    long[] diagonal = Axes.integers(inputs, 1);
    Shape shape = x.getShape();
    NDArray rows = counted(x, shape.get(shape.dimension() - 2)).expandDims(1);
    NDArray columns = counted(x, shape.get(shape.dimension() - 1)).expandDims(0);
    NDArray above = columns.sub(rows).sub(diagonal == null ? 0 : diagonal[0]);
    NDArray kept = upper ? above.gte(0) : above.lte(0);
    // What is left out may be infinite.
    return NDArrays.where(Broadcast.to(kept, shape), x, x.zerosLike());
  }

  private static NDArray counted(NDArray x, long length) {
    return NativeArrays.of(x.getManager(), LongStream.range(0, length).toArray());
  }
}

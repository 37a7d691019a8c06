package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code OneHot}: one value at the place that an index names along a new axis, else another.
 */
record OneHot(int axis) implements Growing {

  static Operator from(Attributes attributes) {
    return new OneHot(attributes.index("axis", -1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    long depth = depth(inputs);
    int rank = inputs.get(0).getShape().dimension() + 1;
    int along = Axes.counted(axis, rank);
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[along] = depth;
    NDArray places =
        NativeArrays.of(
            inputs.get(0).getManager(), LongStream.range(0, depth).toArray(), new Shape(shape));
    NDArray named = Places.counted(inputs.get(0), depth).expandDims(along).eq(places);
    NDArray values = inputs.get(2);
    NDArray off = Broadcast.to(values.get("0:1"), named.getShape());
    NDArray on = Broadcast.to(values.get("1:2"), named.getShape());
    return NDArrays.where(named, on, off);
  }

  private static long depth(List<? extends @Nullable NDArray> inputs) {
    return Axes.integers(Axes.required(inputs, 1))[0];
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    return Math.multiplyExact(Axes.required(inputs, 0).size(), Growing.product(depth(inputs)));
  }
}

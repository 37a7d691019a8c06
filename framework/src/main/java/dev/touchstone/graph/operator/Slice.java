package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/** ONNX {@code Slice}, also backwards; its bounds are attributes before opset 10. */
record Slice(Axes starts, Axes ends, Axes axes, Axes steps) implements Operator {

  static Operator from(Attributes attributes) {
    return new Slice(
        Axes.from(attributes, "starts", 1),
        Axes.from(attributes, "ends", 2),
        Axes.from(attributes, "axes", 3),
        Axes.from(attributes, "steps", 4));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int rank = x.getShape().dimension();
    long[] from = Objects.requireNonNull(starts.values(inputs), "starts");
    long[] to = Objects.requireNonNull(ends.values(inputs), "ends");
    long[] along = axes.values(inputs);
    long[] by = steps.values(inputs);
    if (along == null) {
      along = LongStream.range(0, from.length).toArray();
    }
    if (by == null) {
      by = new long[from.length];
      Arrays.fill(by, 1);
    }
    for (int i = 0; i < from.length; i++) {
      x = slice(x, Axes.counted(along[i], rank), from[i], to[i], by[i]);
    }
    return x;
  }

  private static NDArray slice(NDArray x, int axis, long start, long end, long step) {
    long length = x.getShape().get(axis);
    if (step > 0) {
      return cut(x, axis, clamp(start, length, 0, length), clamp(end, length, 0, length), step);
    }
    // Backwards from start to just after end is forwards in the flipped array.
    long first = clamp(start, length, -1, length - 1);
    long last = clamp(end, length, -1, length - 1);
    return cut(x.flip(axis), axis, length - 1 - first, length - 1 - last, -step);
  }

  private static long clamp(long position, long length, long least, long most) {
    return Math.max(least, Math.min(most, position < 0 ? position + length : position));
  }

  private static NDArray cut(NDArray x, int axis, long from, long to, long step) {
    if (to <= from) {
      long[] empty = x.getShape().getShape().clone();
      empty[axis] = 0;
      return x.getManager().zeros(new Shape(empty), x.getDataType());
    }
    if (from == 0 && step == 1 && to == x.getShape().get(axis)) {
      return x;
    }
    return x.get(new NDIndex().addAllDim(axis).addSliceDim(from, to, step).addEllipseDim());
  }
}

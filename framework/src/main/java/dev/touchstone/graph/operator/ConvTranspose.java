package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code ConvTranspose}, by its definition as an ordinary convolution: zeros between the
 * entries, a border, the kernel mirrored and its channel axes exchanged.
 */
record ConvTranspose(Window window, int groups, long[] extra, long[] outputShape)
    implements Growing {

  static Operator from(Attributes attributes) {
    return new ConvTranspose(
        Window.from(attributes),
        attributes.index("group", 1),
        attributes.integers("output_padding"),
        attributes.integers("output_shape"));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray weight = inputs.get(1);
    Shape kernel = weight.getShape().slice(2);
    int axes = kernel.dimension();
    NDArray x = inputs.get(0);
    long[] before = new long[2 + axes];
    long[] after = new long[2 + axes];
    borders(x.getShape(), kernel, before, after);
    NDArray spread = spread(x, axes);
    return x.getNDArrayInternal()
        .convolution(
            Pad.around(spread, before, after, 0),
            mirrored(weight, axes),
            bias(inputs),
            Window.of(axes).strides(axes),
            new Shape(new long[axes]),
            window.gaps(kernel),
            groups)
        .singletonOrThrow();
  }

  /** How much stands before and behind the spread input, which is then convolved. */
  private void borders(Shape input, Shape kernel, long[] before, long[] after) {
    int axes = kernel.dimension();
    for (int axis = 0; axis < axes; axis++) {
      long reach = (kernel.get(axis) - 1) * window.dilations(axes).get(axis);
      long stride = window.strides(axes).get(axis);
      long more = extra.length == 0 ? 0 : extra[axis];
      long[] crop = crop(axis, axes, input.get(2 + axis), stride, reach, more);
      before[2 + axis] = reach - crop[0];
      after[2 + axis] = reach - crop[1] + more;
    }
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape input = Axes.required(inputs, 0).getShape();
    Shape weight = Axes.required(inputs, 1).getShape();
    Shape kernel = weight.slice(2);
    int axes = kernel.dimension();
    long[] before = new long[2 + axes];
    long[] after = new long[2 + axes];
    borders(input, kernel, before, after);
    long[] spread = input.getShape().clone();
    spread[1] = Math.max(spread[1], Math.multiplyExact(weight.get(1), (long) groups));
    for (int axis = 2; axis < spread.length; axis++) {
      long wide = Math.multiplyExact(spread[axis], window.strides(axes).get(axis - 2));
      long more = Math.addExact(Math.max(0, before[axis]), Math.max(0, after[axis]));
      spread[axis] = Math.addExact(wide, more);
    }
    return Growing.product(spread);
  }

  private static @Nullable NDArray bias(List<NDArray> inputs) {
    return Axes.input(inputs, 2);
  }

  /** How much of the full result is cut away at both ends of an axis. */
  private long[] crop(int axis, int axes, long size, long stride, long reach, long more) {
    long full = (size - 1) * stride + reach + 1 + more;
    boolean same = window.autoPad().startsWith("SAME");
    if (outputShape.length == 0 && !same) {
      boolean given = window.autoPad().equals("NOTSET") && window.pads().length > 0;
      return given
          ? new long[] {window.pads()[axis], window.pads()[axes + axis]}
          : new long[] {0, 0};
    }
    long wanted =
        outputShape.length == 0 ? size * stride : outputShape[outputShape.length - axes + axis];
    long total = full - wanted;
    if (total < 0) {
      // More is wanted than the convolution reaches: zeros at the end.
      return new long[] {0, total};
    }
    long smaller = total / 2;
    return window.autoPad().equals("SAME_UPPER")
        ? new long[] {smaller, total - smaller}
        : new long[] {total - smaller, smaller};
  }

  /** stride - 1 zeros between neighbours. */
  private NDArray spread(NDArray x, int axes) {
    NDArray spread = x;
    for (int axis = 2; axis < 2 + axes; axis++) {
      long stride = window.strides(axes).get(axis - 2);
      if (stride == 1) {
        continue;
      }
      NDArray apart = spread.expandDims(axis + 1);
      long[] after = new long[apart.getShape().dimension()];
      after[axis + 1] = stride - 1;
      NDArray padded = Pad.around(apart, new long[after.length], after, 0);
      long[] merged = spread.getShape().getShape().clone();
      merged[axis] *= stride;
      NDArray wide = padded.reshape(new Shape(merged));
      spread =
          wide.get(
              new NDIndex()
                  .addAllDim(axis)
                  .addSliceDim(0, merged[axis] - stride + 1)
                  .addEllipseDim());
    }
    return spread;
  }

  /** [C, M/g, …] mirrored and, group by group, turned into [M, C/g, …]. */
  private NDArray mirrored(NDArray weight, int axes) {
    NDArray flipped = weight.flip(IntStream.range(2, 2 + axes).toArray());
    int[] exchanged = IntStream.range(0, 2 + axes).toArray();
    exchanged[0] = 1;
    exchanged[1] = 0;
    if (groups == 1) {
      return flipped.transpose(exchanged);
    }
    NDList parts = new NDList();
    long perGroup = weight.getShape().get(0) / groups;
    for (int group = 0; group < groups; group++) {
      parts.add(
          flipped
              .get(
                  new NDIndex()
                      .addSliceDim(group * perGroup, (group + 1) * perGroup)
                      .addEllipseDim())
              .transpose(exchanged));
    }
    return NDArrays.concat(parts, 0);
  }

  @Override
  public String toString() {
    return "ConvTranspose" + Arrays.toString(outputShape);
  }
}

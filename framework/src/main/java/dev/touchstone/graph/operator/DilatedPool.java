package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code MaxPool} and {@code AveragePool} whose windows have gaps, which the engine lacks: the
 * entries at one place of all windows are a slice of the input, and there are as many slices as a
 * window has entries.
 *
 * @param fill the value outside the input
 * @param combined how two slices become one
 * @param averages whether what was combined is divided by the number of entries
 * @param countsPadding whether the padding that was asked for counts as entries; what rounding up
 *     adds never does
 */
record DilatedPool(
    Window window,
    Shape kernel,
    double fill,
    BinaryOperator<NDArray> combined,
    boolean averages,
    boolean countsPadding)
    implements Growing {

  static Operator maximum(Window window, Shape kernel) {
    return new DilatedPool(
        window, kernel, Double.NEGATIVE_INFINITY, NDArray::maximum, false, false);
  }

  static Operator average(Window window, Shape kernel, boolean countsPadding) {
    return new DilatedPool(window, kernel, 0, NDArray::add, true, countsPadding);
  }

  /**
   * How windows lie on one axis.
   *
   * @param windows how many
   * @param missing how far the last one reaches beyond the padding
   */
  private record OnAxis(
      long length, long before, long after, long stride, long gap, long size, long windows) {

    long missing() {
      return Math.max(0, (windows - 1) * stride + (size - 1) * gap + 1 - length - before - after);
    }

    /** For every window how many of its entries count. */
    float[] counts(boolean paddingToo) {
      long first = paddingToo ? 0 : before;
      long end = before + length + (paddingToo ? after : 0);
      float[] counts = new float[Math.toIntExact(windows)];
      for (int w = 0; w < counts.length; w++) {
        for (long i = 0; i < size; i++) {
          long at = w * stride + i * gap;
          counts[w] += at >= first && at < end ? 1 : 0;
        }
      }
      return counts;
    }
  }

  private OnAxis onAxis(Shape input, int axis) {
    int axes = kernel.dimension();
    long[] pads = window.resolvedPads(input, kernel);
    long length = input.get(2 + axis);
    long before = pads[axis];
    long after = pads[axes + axis];
    long stride = window.strides(axes).get(axis);
    long gap = window.dilations(axes).get(axis);
    long size = kernel.get(axis);
    long room = length + before + after - (size - 1) * gap - 1;
    long windows = (window.ceil() ? -Math.floorDiv(-room, stride) : room / stride) + 1;
    // A window that would start in the padding behind is left out.
    if (window.ceil() && (windows - 1) * stride >= length + before) {
      windows--;
    }
    if (windows < 1) {
      throw new TouchstoneException(
          "a pooling window reaches over %d numbers of axis %d, which has %d, padding included"
              .formatted((size - 1) * gap + 1, 2 + axis, length + before + after));
    }
    return new OnAxis(length, before, after, stride, gap, size, windows);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int axes = kernel.dimension();
    OnAxis[] layout = new OnAxis[axes];
    Arrays.setAll(layout, axis -> onAxis(x.getShape(), axis));
    long[] before = new long[2 + axes];
    long[] after = new long[2 + axes];
    for (int axis = 0; axis < axes; axis++) {
      before[2 + axis] = layout[axis].before();
      after[2 + axis] = layout[axis].after() + layout[axis].missing();
    }
    NDArray padded = Pad.around(x, before, after, fill);

    NDArray pooled = null;
    for (long place = 0; place < kernel.size(); place++) {
      NDIndex index = new NDIndex().addAllDim(2);
      long rest = place;
      for (OnAxis axis : layout) {
        long from = rest % axis.size() * axis.gap();
        rest /= axis.size();
        index.addSliceDim(from, from + (axis.windows() - 1) * axis.stride() + 1, axis.stride());
      }
      NDArray slice = padded.get(index);
      pooled = pooled == null ? slice : combined.apply(pooled, slice);
    }
    if (pooled == null) {
      throw new UnsupportedOperatorException("a pooling window of no entries");
    }
    return averages ? averaged(pooled, layout) : pooled;
  }

  private NDArray averaged(NDArray sums, OnAxis[] layout) {
    NDArray average = sums;
    for (int axis = 0; axis < layout.length; axis++) {
      long[] shape = new long[2 + layout.length];
      Arrays.fill(shape, 1);
      shape[2 + axis] = layout[axis].windows();
      NDArray counts =
          NativeArrays.of(sums.getManager(), layout[axis].counts(countsPadding), new Shape(shape));
      average = average.div(counts.toType(sums.getDataType(), false));
    }
    return average;
  }

  /** Of all slices, one for every place in the window. */
  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape input = Axes.required(inputs, 0).getShape();
    return Math.multiplyExact(
        window.elements(input, kernel, input.get(1)), Growing.product(kernel.getShape()));
  }
}

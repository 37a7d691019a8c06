package dev.touchstone.attribution.perturbation;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A box that slides over an example. Immutable.
 *
 * @param sizes of the last axes; axes before them are covered as a whole
 * @param strides as many
 */
record Window(int[] sizes, int[] strides) {

  /**
   * Visits every position, the last axis first: each axis from 0 on by its stride, up to the first
   * box that reaches its end, of which what lies beyond is cut off.
   *
   * @param shape of an example
   * @param use is given the places of the values in the box
   * @throws TouchstoneException if the box does not fit into the shape
   */
  void slideOver(int[] shape, Consumer<int[]> use) {
    int[] box = spanned(shape, sizes, shape);
    int[] steps = spanned(shape, strides, shape);
    requireFit(shape, box);
    int[] counts = new int[shape.length];
    Arrays.setAll(counts, axis -> 1 + (shape[axis] - box[axis] + steps[axis] - 1) / steps[axis]);
    int positions = Arrays.stream(counts).reduce(1, Math::multiplyExact);
    for (int position = 0; position < positions; position++) {
      int[] from = new int[shape.length];
      int[] to = new int[shape.length];
      int left = position;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        from[axis] = left % counts[axis] * steps[axis];
        to[axis] = Math.min(shape[axis], from[axis] + box[axis]);
        left /= counts[axis];
      }
      use.accept(places(shape, from, to));
    }
  }

  /** Returns how many positions there are. */
  long positions(int... shape) {
    long[] number = {0};
    slideOver(shape, places -> number[0]++);
    return number[0];
  }

  private static int[] spanned(int[] shape, int[] ofLastAxes, int[] elsewhere) {
    int[] spanned = elsewhere.clone();
    int first = shape.length - ofLastAxes.length;
    for (int axis = Math.max(first, 0); axis < shape.length; axis++) {
      spanned[axis] = ofLastAxes[axis - first];
    }
    return spanned;
  }

  private void requireFit(int[] shape, int... box) {
    boolean fits = sizes.length <= shape.length;
    for (int axis = 0; axis < shape.length; axis++) {
      fits &= box[axis] <= shape[axis];
    }
    if (!fits) {
      throw new TouchstoneException(
          "a window of %s does not fit into an example of the shape %s; give the sizes of its last axes, none larger"
              .formatted(Arrays.toString(sizes), Arrays.toString(shape)));
    }
  }

  private static int[] places(int[] shape, int[] from, int... to) {
    int size = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      size *= to[axis] - from[axis];
    }
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      int left = i;
      int stride = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        int across = to[axis] - from[axis];
        places[i] += (from[axis] + left % across) * stride;
        left /= across;
        stride *= shape[axis];
      }
    }
    return places;
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The axes that an operator works on: an attribute in old operator sets, an input in new ones. Also
 * other lists of whole numbers that moved from attributes to inputs.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Axes(long @Nullable [] attribute, int input) {

  /**
   * Reads them off a node.
   *
   * @param input which input holds them where the attribute is absent
   */
  static Axes from(Attributes attributes, String name, int input) {
    return new Axes(attributes.has(name) ? attributes.integers(name) : null, input);
  }

  /** The numbers as they are; null if the node has none. */
  long @Nullable [] values(List<? extends @Nullable NDArray> inputs) {
    return attribute != null ? attribute.clone() : integers(inputs, input);
  }

  /** The axes counted from the first, ascending; all of them if the node has none. */
  int[] orAll(List<NDArray> inputs) {
    int rank = inputs.get(0).getShape().dimension();
    long[] values = values(inputs);
    return values == null || values.length == 0
        ? IntStream.range(0, rank).toArray()
        : counted(values, rank);
  }

  /** Returns axes counted from the first, ascending. */
  public static int[] counted(long[] axes, int rank) {
    return Arrays.stream(axes).mapToInt(a -> counted(a, rank)).sorted().toArray();
  }

  /**
   * An axis counted from the first.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static int counted(long axis, int rank) {
    if (axis < -rank || axis >= Math.max(1, rank)) {
      throw new IllegalArgumentException("axis " + axis + " of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** The whole numbers of an input; null if it is omitted. */
  static long @Nullable [] integers(List<? extends @Nullable NDArray> inputs, int index) {
    NDArray array = input(inputs, index);
    return array == null ? null : integers(array);
  }

  static long[] integers(NDArray array) {
    try (NDArray whole = array.toType(DataType.INT64, true)) {
      return whole.toLongArray();
    }
  }

  /** An optional input; null if it is omitted. */
  static @Nullable NDArray input(List<? extends @Nullable NDArray> inputs, int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /**
   * An input that the standard demands.
   *
   * @throws IllegalArgumentException if it is omitted
   */
  static NDArray required(List<? extends @Nullable NDArray> inputs, int index) {
    NDArray input = input(inputs, index);
    if (input == null) {
      throw new IllegalArgumentException("it lacks its input number " + (index + 1));
    }
    return input;
  }

  /** A shape without some axes, which are ascending. */
  static Shape without(Shape shape, int[] axes) {
    return new Shape(
        IntStream.range(0, shape.dimension())
            .filter(axis -> Arrays.binarySearch(axes, axis) < 0)
            .mapToLong(shape::get)
            .toArray());
  }
}

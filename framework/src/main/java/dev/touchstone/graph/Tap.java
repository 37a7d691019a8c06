package dev.touchstone.graph;

import java.util.Arrays;
import java.util.Objects;

/**
 * A place in a model where a value can be read, and what is passed back to it: the input, or the
 * output of a node. A layer is a tap that has weights before it.
 *
 * @param name the node's name, or the input's
 * @param type the operator's name in the ONNX standard; {@code Input} of the input
 * @param value the name of the value
 * @param shape the value's shape, the examples' axis first, which is -1; others are -1, too, where
 *     the model takes examples of several lengths, and the value follows them
 */
public record Tap(String name, String type, String value, int[] shape) {
  /** The type of the input. */
  public static final String INPUT = "Input";

  /** Copies the shape. */
  public Tap {
    shape = shape.clone();
  }

  /** A copy of the shape. */
  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** Returns how many numbers an example has there, with length 1 where an axis is free. */
  public int size() {
    return Arrays.stream(shape)
        .skip(1)
        .map(length -> Math.max(length, 1))
        .reduce(1, Math::multiplyExact);
  }

  /**
   * Returns the place of one of an example's numbers there, row-major.
   *
   * @param index one for each axis behind the examples', 0-based
   * @throws IllegalArgumentException if there are more or fewer, if there is no such number, or if
   *     an axis is free
   */
  public int place(int... index) {
    if (index.length != shape.length - 1) {
      throw new IllegalArgumentException(
          "%s of a value of shape %s; give %d indices, one for each axis behind the examples'"
              .formatted(Arrays.toString(index), Arrays.toString(shape), shape.length - 1));
    }
    if (Arrays.stream(shape).skip(1).anyMatch(length -> length < 1)) {
      throw new IllegalArgumentException(
          "%s of a value of shape %s, which follows the examples' length, so that no number of it has a place of its own; take another node"
              .formatted(Arrays.toString(index), Arrays.toString(shape)));
    }
    int place = 0;
    for (int axis = 0; axis < index.length; axis++) {
      int length = shape[axis + 1];
      if (index[axis] < 0 || index[axis] >= length) {
        throw new IllegalArgumentException(
            "index %d of an axis of %d numbers, in %s of a value of shape %s; indices begin at 0"
                .formatted(index[axis], length, Arrays.toString(index), Arrays.toString(shape)));
      }
      place = place * length + index[axis];
    }
    return place;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tap tap
        && name.equals(tap.name)
        && type.equals(tap.type)
        && value.equals(tap.value)
        && Arrays.equals(shape, tap.shape);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, value, Arrays.hashCode(shape));
  }

  @Override
  public String toString() {
    return type + " " + name + " " + Arrays.toString(shape);
  }
}

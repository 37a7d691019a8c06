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
  static final String INPUT = "Input";

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

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Pad} with a constant, or with entries of the input; its widths are an attribute
 * before opset 11.
 */
record Pad(Axes pads, float attributeValue, @Nullable Outside outside) implements Growing {

  /** Which entry stands at a position outside an axis. */
  @FunctionalInterface
  private interface Outside {
    /** A position from 0 to {@code length} - 1 for any other. */
    long inside(long position, long length);
  }

  static Operator from(Attributes attributes) {
    String mode = attributes.text("mode", "constant");
    Outside outside =
        switch (mode) {
          case "constant" -> null;
          case "edge" -> (position, length) -> Math.max(0, Math.min(length - 1, position));
          case "reflect" -> Pad::reflected;
          case "wrap" -> Math::floorMod;
          default -> throw attributes.unsupported("mode = " + mode);
        };
    return new Pad(Axes.from(attributes, "pads", 1), attributes.number("value", 0), outside);
  }

  /** There and back again, without repeating the ends. */
  private static long reflected(long position, long length) {
    long period = Math.max(1, 2 * (length - 1));
    long at = Math.floorMod(position, period);
    return Math.min(at, period - at);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray given = Axes.input(inputs, 2);
    double value = given == null ? attributeValue : Elementwise.scalar(given);
    Borders borders = borders(inputs);
    return outside == null
        ? around(x, borders.before(), borders.after(), value)
        : continued(x, borders.before(), borders.after(), outside);
  }

  /** How much is added before and behind each axis. */
  private record Borders(long[] before, long[] after) {}

  private Borders borders(List<? extends @Nullable NDArray> inputs) {
    long[] widths = Objects.requireNonNull(pads.values(inputs), "pads");
    long[] axes = Axes.integers(inputs, 3);
    int rank = Axes.required(inputs, 0).getShape().dimension();
    int padded = widths.length / 2;
    if (widths.length != 2 * (axes == null ? rank : axes.length)) {
      throw new IllegalArgumentException(
          widths.length + " pads for " + (axes == null ? rank : axes.length) + " axes");
    }
    long[] before = new long[rank];
    long[] after = new long[rank];
    for (int i = 0; i < padded; i++) {
      int axis = axes == null ? i : Axes.counted(axes[i], rank);
      before[axis] = widths[i];
      after[axis] = widths[padded + i];
    }
    return new Borders(before, after);
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Borders borders = borders(inputs);
    return around(Axes.required(inputs, 0).getShape(), borders.before(), borders.after());
  }

  /** The size of what {@link #around} makes. */
  static long around(Shape shape, long[] before, long[] after) {
    long[] padded = shape.getShape().clone();
    for (int axis = 0; axis < padded.length; axis++) {
      padded[axis] = Math.addExact(padded[axis], Math.addExact(before[axis], after[axis]));
    }
    return Growing.product(padded);
  }

  /** Adds a border of the array's own entries, axis by axis. */
  private static NDArray continued(NDArray x, long[] before, long[] after, Outside outside) {
    NDArray whole = x;
    for (int axis = 0; axis < before.length; axis++) {
      if (before[axis] != 0 || after[axis] != 0) {
        long length = x.getShape().get(axis);
        long[] entries = new long[Math.toIntExact(before[axis] + length + after[axis])];
        for (int i = 0; i < entries.length; i++) {
          entries[i] = outside.inside(i - before[axis], length);
        }
        whole =
            whole.get(
                new NDIndex(":,".repeat(axis) + "{}", NativeArrays.of(x.getManager(), entries)));
      }
    }
    return whole;
  }

  /** Adds a border; a negative width takes away. */
  static NDArray around(NDArray x, long[] before, long[] after, double value) {
    // PyTorch counts from the last axis.
    long[] reversed = new long[2 * before.length];
    for (int axis = 0; axis < before.length; axis++) {
      int at = 2 * (before.length - 1 - axis);
      reversed[at] = before[axis];
      reversed[at + 1] = after[axis];
    }
    return x.pad(new Shape(reversed), value);
  }
}

package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;

/** ONNX {@code Pad} with a constant; its widths are an attribute before opset 11. */
record Pad(Axes pads, float attributeValue) implements Operator {

  static Operator from(Attributes attributes) {
    if (!attributes.text("mode", "constant").equals("constant")) {
      throw attributes.unsupported("mode = " + attributes.text("mode", ""));
    }
    return new Pad(Axes.from(attributes, "pads", 1), attributes.number("value", 0));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    long[] widths = Objects.requireNonNull(pads.values(inputs), "pads");
    NDArray given = Axes.input(inputs, 2);
    double value = given == null ? attributeValue : Elementwise.scalar(given);
    long[] axes = Axes.integers(inputs, 3);
    int rank = x.getShape().dimension();
    long[] before = new long[rank];
    long[] after = new long[rank];
    int padded = widths.length / 2;
    for (int i = 0; i < padded; i++) {
      int axis = axes == null ? i : Axes.counted(axes[i], rank);
      before[axis] = widths[i];
      after[axis] = widths[padded + i];
    }
    return around(x, before, after, value);
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

package dev.touchstone.graph.onnx;

import org.jspecify.annotations.Nullable;

/**
 * Holds the places that {@code MaxUnpool} writes to against what it makes: ONNX Runtime ends the
 * process at one that is not there. Places that are computed are known only when it runs.
 */
final class UnpoolIndices {
  private UnpoolIndices() {}

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is.
   *
   * @param places of the maxima, counted through the whole result
   */
  static @Nullable String problem(NodeFacts facts, double[] places) {
    double[] stated = facts.values(2);
    long[] input = facts.shape(0);
    if (input == null || input.length < 3) {
      return null;
    }
    double made = 1;
    if (stated != null) {
      for (double length : stated) {
        made *= length;
      }
    } else {
      made = Math.max(1, input[0]) * (double) input[1];
      for (int axis = 2; axis < input.length; axis++) {
        int at = axis - 2;
        long last = (input[axis] - 1) * facts.whole("strides", at, 1);
        made *=
            last
                + facts.whole("kernel_shape", at, 1)
                - facts.whole("pads", at, 0)
                - facts.whole("pads", at + input.length - 2, 0);
      }
    }
    for (double place : places) {
      if (place < 0 || place >= made) {
        return "writes to place " + (long) place + " of a result of " + (long) made + " numbers";
      }
    }
    return null;
  }
}

package dev.touchstone.graph.onnx;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of what convolutions and poolings make, before they run: padding that a file asks for
 * may make them as large as it likes.
 */
final class WindowShapes {
  private static final long FREE = -1;

  /** The value says which input is the kernel, 0 for none. */
  private static final Map<String, Integer> SLIDING =
      Map.of(
          "Conv", 1,
          "ConvInteger", 1,
          "QLinearConv", 3,
          "DeformConv", 1,
          "MaxPool", 0,
          "AveragePool", 0,
          "LpPool", 0);

  private final NodeFacts facts;

  private WindowShapes(NodeFacts facts) {
    this.facts = facts;
  }

  /**
   * The shape of a node's first output; null where it is not known, or the node is none of them.
   */
  static long @Nullable [] of(NodeFacts facts) {
    WindowShapes shapes = new WindowShapes(facts);
    return facts.type().equals("ConvTranspose")
        ? shapes.transposed()
        : SLIDING.containsKey(facts.type()) ? shapes.slid() : null;
  }

  private long @Nullable [] slid() {
    long[] x = facts.shape(0);
    int kernelAt = SLIDING.getOrDefault(facts.type(), 0);
    long[] weights = kernelAt == 0 ? null : facts.shape(kernelAt);
    long[] kernel =
        weights == null ? facts.wholes("kernel_shape") : WindowShapes.withoutChannels(weights);
    if (x == null || kernel == null || kernel.length == 0 || kernel.length != x.length - 2) {
      return null;
    }
    if (kernelAt > 0 && weights == null) {
      return null;
    }
    long[] result = x.clone();
    result[1] = weights == null ? x[1] : weights[0];
    for (int axis = 0; axis < kernel.length; axis++) {
      result[2 + axis] = windows(x[2 + axis], kernel[axis], axis, kernel.length);
    }
    return result;
  }

  private static long @Nullable [] withoutChannels(long[] weights) {
    if (weights.length < 3) {
      return null;
    }
    long[] kernel = new long[weights.length - 2];
    System.arraycopy(weights, 2, kernel, 0, kernel.length);
    return kernel;
  }

  /** How many windows lie on an axis; of a free one those of its padding, where these are many. */
  private long windows(long length, long kernel, int axis, int axes) {
    long stride = facts.whole("strides", axis, 1);
    long reach = (kernel - 1) * facts.whole("dilations", axis, 1) + 1;
    String padding = facts.text("auto_pad", "NOTSET");
    if (padding.startsWith("SAME")) {
      return length == FREE ? FREE : (length + stride - 1) / stride;
    }
    boolean valid = padding.equals("VALID");
    long before = valid ? 0 : facts.whole("pads", axis, 0);
    long after = valid ? 0 : facts.whole("pads", axis + axes, 0);
    if (length == FREE && before < reach && after < reach) {
      return FREE;
    }
    long padded = (length == FREE ? 1 : length) + before + after;
    if (padded < reach) {
      return 0;
    }
    long room = padded - reach;
    if (facts.whole("ceil_mode", 0) == 0) {
      return room / stride + 1;
    }
    long windows = (room + stride - 1) / stride + 1;
    // A window that would begin in the padding behind is left out.
    return (windows - 1) * stride >= padded - after ? windows - 1 : windows;
  }

  private long @Nullable [] transposed() {
    long[] x = facts.shape(0);
    long[] weights = facts.shape(1);
    if (x == null || weights == null || x.length < 3 || x.length != weights.length) {
      return null;
    }
    long[] result = x.clone();
    result[1] = weights[1] == FREE ? FREE : weights[1] * facts.whole("group", 1);
    int axes = x.length - 2;
    long[] stated = facts.wholes("output_shape");
    String padding = facts.text("auto_pad", "NOTSET");
    for (int axis = 0; axis < axes; axis++) {
      long stride = facts.whole("strides", axis, 1);
      long reach = (weights[2 + axis] - 1) * facts.whole("dilations", axis, 1) + 1;
      long length = x[2 + axis];
      if (stated != null && stated.length >= axes) {
        result[2 + axis] = stated[stated.length - axes + axis];
      } else if (length != FREE && padding.startsWith("SAME")) {
        result[2 + axis] = length * stride;
      } else if (length != FREE) {
        boolean none = !padding.equals("NOTSET");
        long pads = none ? 0 : facts.whole("pads", axis, 0) + facts.whole("pads", axis + axes, 0);
        result[2 + axis] =
            Math.max(
                0, stride * (length - 1) + facts.whole("output_padding", axis, 0) + reach - pads);
      }
    }
    return result;
  }
}

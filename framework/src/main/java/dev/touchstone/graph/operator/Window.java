package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * How a kernel slides over a signal, an image or a volume: strides, dilations and padding, as ONNX
 * writes them. Empty lists stand for the standard's defaults.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Window(long[] strides, long[] dilations, long[] pads, String autoPad, boolean ceil) {

  static Window from(Attributes attributes) {
    return new Window(
        attributes.integers("strides"),
        attributes.integers("dilations"),
        attributes.integers("pads"),
        attributes.text("auto_pad", "NOTSET"),
        attributes.flag("ceil_mode", false));
  }

  /** One step at a time, without padding. */
  static Window of(int axes) {
    return new Window(new long[0], new long[0], new long[2 * axes], "NOTSET", false);
  }

  /** How far the kernel moves at a time along each axis. */
  public Shape strides(int axes) {
    return orOnes(strides, axes);
  }

  /** The dilation along each axis. */
  public Shape dilations(int axes) {
    return orOnes(dilations, axes);
  }

  /**
   * Strides and dilations of a convolution that make the same result, none longer than what they
   * act on: oneDNN multiplies them into offsets of 32 bits, and ends the process where these
   * overflow.
   */
  Steps steps(Shape input, Shape kernel) {
    int axes = kernel.dimension();
    long[] p = resolvedPads(input, kernel);
    long[] stride = strides(axes).getShape().clone();
    Shape gaps = gaps(kernel);
    for (int axis = 0; axis < axes; axis++) {
      long padded = input.get(2 + axis) + p[axis] + p[axes + axis];
      long room = padded - (kernel.get(axis) - 1) * gaps.get(axis) - 1;
      // The second window would begin behind the end.
      stride[axis] = Math.min(stride[axis], Math.max(0, room) + 1);
    }
    return new Steps(new Shape(stride), gaps);
  }

  /** Dilations, none where a kernel has one entry only. */
  Shape gaps(Shape kernel) {
    long[] gaps = dilations(kernel.dimension()).getShape().clone();
    for (int axis = 0; axis < gaps.length; axis++) {
      gaps[axis] = kernel.get(axis) == 1 ? 1 : gaps[axis];
    }
    return new Shape(gaps);
  }

  /** How far windows, and the entries in one, lie apart. */
  record Steps(Shape strides, Shape dilations) {}

  boolean isDilated() {
    return Arrays.stream(dilations).anyMatch(d -> d != 1);
  }

  private static Shape orOnes(long[] given, int axes) {
    if (given.length > 0) {
      return new Shape(given);
    }
    long[] ones = new long[axes];
    Arrays.fill(ones, 1);
    return new Shape(ones);
  }

  /** An input with what of its padding PyTorch cannot express already applied, and the rest. */
  record Padded(NDArray array, Shape symmetric) {}

  boolean isPadded(Shape input, Shape kernel) {
    return Arrays.stream(resolvedPads(input, kernel)).anyMatch(p -> p != 0);
  }

  /** Whether PyTorch can express the padding: the same on both sides, and no window lies in it. */
  private boolean isSymmetric(Shape input, Shape kernel) {
    long[] p = resolvedPads(input, kernel);
    int axes = kernel.dimension();
    boolean symmetric = true;
    for (int axis = 0; axis < axes; axis++) {
      long reach = (kernel.get(axis) - 1) * dilations(axes).get(axis) + 1;
      symmetric &= p[axis] == p[axes + axis] && p[axis] < reach;
    }
    return symmetric;
  }

  /**
   * Applies the padding that PyTorch's symmetric one cannot express.
   *
   * @param fill the value outside
   */
  Padded pad(NDArray x, Shape kernel, double fill) {
    long[] p = resolvedPads(x.getShape(), kernel);
    int axes = kernel.dimension();
    if (isSymmetric(x.getShape(), kernel)) {
      return new Padded(x, new Shape(Arrays.copyOf(p, axes)));
    }
    long[] before = new long[2 + axes];
    long[] after = new long[2 + axes];
    System.arraycopy(p, 0, before, 2, axes);
    System.arraycopy(p, axes, after, 2, axes);
    return new Padded(Pad.around(x, before, after, fill), new Shape(new long[axes]));
  }

  /** What is added before each axis, and behind each, in this order. */
  public long[] resolvedPads(Shape input, Shape kernel) {
    int axes = kernel.dimension();
    if (autoPad.equals("NOTSET") && pads.length > 0) {
      return pads;
    }
    long[] resolved = new long[2 * axes];
    if (autoPad.equals("NOTSET") || autoPad.equals("VALID")) {
      return resolved;
    }
    for (int axis = 0; axis < axes; axis++) {
      long size = input.get(2 + axis);
      long stride = strides(axes).get(axis);
      long reach = (kernel.get(axis) - 1) * dilations(axes).get(axis) + 1;
      long total = Math.max(0, ((size + stride - 1) / stride - 1) * stride + reach - size);
      boolean moreBefore = autoPad.equals("SAME_LOWER");
      resolved[axis] = moreBefore ? total - total / 2 : total / 2;
      resolved[axes + axis] = total - resolved[axis];
    }
    return resolved;
  }

  /**
   * The size of what a convolution or pooling makes, or of its padded input if that is larger.
   *
   * @param channels of the result
   */
  public long elements(Shape input, Shape kernel, long channels) {
    int axes = kernel.dimension();
    if (input.dimension() != 2 + axes) {
      throw new IllegalArgumentException(
          "an input of " + input.dimension() + " axes for a kernel of " + axes);
    }
    long[] p = resolvedPads(input, kernel);
    long[] padded = input.getShape().clone();
    long[] result = padded.clone();
    result[1] = channels;
    for (int axis = 0; axis < axes; axis++) {
      int at = 2 + axis;
      padded[at] = Math.addExact(padded[at], Math.addExact(p[axis], p[axes + axis]));
      long reach =
          Math.addExact(Math.multiplyExact(kernel.get(axis) - 1, dilations(axes).get(axis)), 1L);
      long room = Math.subtractExact(padded[at], reach);
      // One more window where the last one may reach over the end.
      result[at] = room < 0 ? 1 : room / strides(axes).get(axis) + 2;
    }
    return Math.max(Growing.product(padded), Growing.product(result));
  }
}

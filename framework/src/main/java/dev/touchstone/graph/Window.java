package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/** How a kernel slides over an image: strides, dilations and padding, as ONNX writes them. */
record Window(Shape strides, Shape dilations, long[] pads, String autoPad, boolean ceil) {

  static Window from(Attributes attributes) {
    return new Window(
        new Shape(attributes.integers("strides", 1, 1)),
        new Shape(attributes.integers("dilations", 1, 1)),
        attributes.integers("pads", 0, 0, 0, 0),
        attributes.text("auto_pad", "NOTSET"),
        attributes.integer("ceil_mode", 0) == 1);
  }

  /** An input with what of its padding PyTorch cannot express already applied, and the rest. */
  record Padded(NDArray array, Shape symmetric) {}

  /**
   * Applies the padding that PyTorch's symmetric one cannot express.
   *
   * @param fill the value outside the image
   */
  Padded pad(NDArray x, Shape kernel, float fill) {
    long[] p = resolvedPads(x.getShape(), kernel);
    if (p[0] == p[2] && p[1] == p[3]) {
      return new Padded(x, new Shape(p[0], p[1]));
    }
    NDArray padded = extend(extend(x, 2, p[0], p[2], fill), 3, p[1], p[3], fill);
    return new Padded(padded, new Shape(0, 0));
  }

  private long[] resolvedPads(Shape image, Shape kernel) {
    if (autoPad.equals("NOTSET") || autoPad.equals("VALID")) {
      return autoPad.equals("VALID") ? new long[4] : pads;
    }
    long[] resolved = new long[4];
    for (int axis = 0; axis < 2; axis++) {
      long size = image.get(2 + axis);
      long stride = strides.get(axis);
      long reach = (kernel.get(axis) - 1) * dilations.get(axis) + 1;
      long total = Math.max(0, ((size + stride - 1) / stride - 1) * stride + reach - size);
      boolean moreBefore = autoPad.equals("SAME_LOWER");
      resolved[axis] = moreBefore ? total - total / 2 : total / 2;
      resolved[2 + axis] = total - resolved[axis];
    }
    return resolved;
  }

  private static NDArray extend(NDArray x, int axis, long before, long after, float fill) {
    NDList parts = new NDList(3);
    if (before > 0) {
      parts.add(border(x, axis, before, fill));
    }
    parts.add(x);
    if (after > 0) {
      parts.add(border(x, axis, after, fill));
    }
    return parts.size() == 1 ? x : NDArrays.concat(parts, axis);
  }

  private static NDArray border(NDArray x, int axis, long width, float fill) {
    long[] shape = x.getShape().getShape().clone();
    shape[axis] = width;
    return x.getManager().full(new Shape(shape), fill, x.getDataType());
  }
}

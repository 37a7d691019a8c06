package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Resize} by linear interpolation: along each axis a product with a matrix of at most
 * two weights per entry. Beyond the ends the last entry goes on.
 *
 * @param scalesInput which input holds the factors
 * @param sizesInput which input holds the new sizes
 */
record LinearResize(Position position, int scalesInput, int sizesInput) implements Operator {

  /** Where an entry of the result lies among those of the input. */
  @FunctionalInterface
  private interface Position {
    double in(long entry, double scale, long length, long resized);
  }

  static Operator from(Attributes attributes, long opset) {
    for (String refused : List.of("axes", "antialias")) {
      if (attributes.has(refused) && attributes.integer(refused, 1) != 0) {
        throw attributes.unsupported(refused);
      }
    }
    String policy = attributes.text("keep_aspect_ratio_policy", "stretch");
    if (!policy.equals("stretch")) {
      throw attributes.unsupported("keep_aspect_ratio_policy = " + policy);
    }
    if (opset < 11) {
      return new LinearResize(LinearResize::asymmetric, 1, Integer.MAX_VALUE);
    }
    String mode = attributes.text("coordinate_transformation_mode", "half_pixel");
    Position position =
        switch (mode) {
          case "half_pixel" -> LinearResize::halfPixel;
          case "pytorch_half_pixel" ->
              (i, scale, length, resized) -> resized > 1 ? halfPixel(i, scale, length, resized) : 0;
          // The standard counts with the exact size here, before it is cut to a whole one.
          case "align_corners" ->
              (i, scale, length, resized) ->
                  resized > 1 ? i * (length - 1) / (scale * length - 1) : 0;
          case "half_pixel_symmetric" ->
              (i, scale, length, resized) ->
                  length / 2.0 * (1 - resized / (scale * length))
                      + halfPixel(i, scale, length, resized);
          case "asymmetric" -> LinearResize::asymmetric;
          default -> throw attributes.unsupported("mode = linear with coordinates as in " + mode);
        };
    return new LinearResize(position, 2, 3);
  }

  private static double halfPixel(long entry, double scale, long length, long resized) {
    return (entry + 0.5) / scale - 0.5;
  }

  private static double asymmetric(long entry, double scale, long length, long resized) {
    return entry / scale;
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    double @Nullable [] scales = numbers(Axes.input(inputs, scalesInput));
    double @Nullable [] sizes = numbers(Axes.input(inputs, sizesInput));
    int last = x.getShape().dimension() - 1;
    for (int axis = 0; axis <= last; axis++) {
      long length = x.getShape().get(axis);
      double scale;
      long resized;
      if (scales != null) {
        scale = scales[axis];
        resized = (long) Math.floor(length * scale);
      } else if (sizes != null) {
        resized = (long) sizes[axis];
        scale = (double) resized / length;
      } else {
        throw new UnsupportedOperatorException("operator Resize has neither scales nor sizes");
      }
      if (scale != 1) {
        NDArray weights =
            x.getManager()
                .create(weights(scale, length, resized), new Shape(length, resized))
                .toType(x.getDataType(), false);
        x = x.swapAxes(axis, last).matMul(weights).swapAxes(axis, last);
      }
    }
    return x;
  }

  /** An empty list stands for an input that is left out. */
  private static double @Nullable [] numbers(@Nullable NDArray given) {
    return given == null || given.size() == 0 ? null : Elementwise.doubles(given);
  }

  /** How much each of {@code length} entries has of each new one. */
  private float[] weights(double scale, long length, long resized) {
    float[] weights = new float[Math.toIntExact(length * resized)];
    for (long i = 0; i < resized; i++) {
      double at = position.in(i, scale, length, resized);
      double inside = Math.max(0, Math.min(length - 1.0, at));
      long left = (long) Math.floor(inside);
      long right = Math.min(length - 1, left + 1);
      double share = inside - left;
      weights[Math.toIntExact(left * resized + i)] += (float) (1 - share);
      weights[Math.toIntExact(right * resized + i)] += (float) share;
    }
    return weights;
  }
}

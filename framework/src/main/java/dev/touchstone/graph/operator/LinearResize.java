package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Resize} by linear interpolation: along each axis a product with a matrix of at most
 * two weights per entry. Beyond the ends the last entry goes on.
 *
 * @param scalesInput which input holds the factors
 * @param sizesInput which input holds the new sizes
 */
record LinearResize(Position position, int scalesInput, int sizesInput) implements Growing {

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
    int last = x.getShape().dimension() - 1;
    for (OnAxis one : onAxes(inputs)) {
      if (one.scale() != 1) {
        NDArray weights =
            NativeArrays.of(
                    x.getManager(),
                    weights(one.scale(), one.length(), one.resized()),
                    new Shape(one.length(), one.resized()))
                .toType(x.getDataType(), false);
        x = x.swapAxes(one.axis(), last).matMul(weights).swapAxes(one.axis(), last);
      }
    }
    return x;
  }

  /** From which length to which an axis is brought. */
  private record OnAxis(int axis, double scale, long length, long resized) {}

  private List<OnAxis> onAxes(List<? extends @Nullable NDArray> inputs) {
    Shape shape = Axes.required(inputs, 0).getShape();
    double @Nullable [] scales = numbers(Axes.input(inputs, scalesInput));
    double @Nullable [] sizes = numbers(Axes.input(inputs, sizesInput));
    double @Nullable [] given = scales != null ? scales : sizes;
    if (given == null) {
      throw new UnsupportedOperatorException("operator Resize has neither scales nor sizes");
    }
    if (given.length != shape.dimension()) {
      throw new IllegalArgumentException(
          given.length + " sizes or scales for " + shape.dimension() + " axes");
    }
    List<OnAxis> all = new ArrayList<>();
    for (int axis = 0; axis < given.length; axis++) {
      long length = shape.get(axis);
      double scale = scales != null ? given[axis] : given[axis] / length;
      double resized = scales != null ? Math.floor(length * scale) : given[axis];
      if (!(scale > 0) || !(resized < Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "an axis of length " + length + " resized by " + scale + " to " + resized);
      }
      all.add(new OnAxis(axis, scale, length, (long) resized));
    }
    return all;
  }

  /** Of the results on the way and of the weights of one axis. */
  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    long elements = Axes.required(inputs, 0).size();
    long most = elements;
    for (OnAxis one : onAxes(inputs)) {
      elements = Math.multiplyExact(elements / Math.max(1, one.length()), one.resized());
      most = Math.max(most, Math.max(elements, Growing.product(one.length(), one.resized())));
    }
    return most;
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

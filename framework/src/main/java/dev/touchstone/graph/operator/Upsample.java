package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Upsample} and {@code Resize} to the nearest neighbour by whole factors, where every
 * entry is repeated.
 */
record Upsample(float[] attributeScales, int scalesInput, int sizesInput) implements Growing {

  static Operator upsample(Attributes attributes) {
    requireNearest(attributes);
    return new Upsample(attributes.numbers("scales"), 1, Integer.MAX_VALUE);
  }

  static Operator resize(Attributes attributes, long opset) {
    requireNearest(attributes);
    if (opset < 11) {
      return new Upsample(new float[0], 1, Integer.MAX_VALUE);
    }
    // By whole factors these two agree with repetition; other combinations shift by one.
    String position = attributes.text("coordinate_transformation_mode", "half_pixel");
    String nearest = attributes.text("nearest_mode", "round_prefer_floor");
    boolean repeats =
        (position.equals("half_pixel") && nearest.startsWith("round_prefer"))
            || (position.equals("asymmetric") && nearest.equals("floor"));
    if (!repeats) {
      throw attributes.unsupported(
          "coordinate_transformation_mode = " + position + " with nearest_mode = " + nearest);
    }
    if (attributes.has("axes")) {
      throw attributes.unsupported("axes");
    }
    return new Upsample(new float[0], 2, 3);
  }

  private static void requireNearest(Attributes attributes) {
    if (!attributes.text("mode", "nearest").equals("nearest")) {
      throw attributes.unsupported("mode = " + attributes.text("mode", ""));
    }
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int rank = x.getShape().dimension();
    for (int axis = 0; axis < rank; axis++) {
      x = repeat(x, axis, factor(inputs, axis));
    }
    return x;
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape shape = Axes.required(inputs, 0).getShape();
    long elements = Growing.product(shape.getShape());
    for (int axis = 0; axis < shape.dimension(); axis++) {
      elements = Math.multiplyExact(elements, factor(inputs, axis));
    }
    return elements;
  }

  private long factor(List<? extends @Nullable NDArray> inputs, int axis) {
    double factor;
    float[] scales = scales(inputs);
    if (scales != null && scales.length > 0) {
      factor = scales[axis];
    } else {
      NDArray sizes = Axes.input(inputs, sizesInput);
      if (sizes == null) {
        throw new UnsupportedOperatorException("operator Resize has neither scales nor sizes");
      }
      factor = (double) Axes.integers(sizes)[axis] / Axes.required(inputs, 0).getShape().get(axis);
    }
    if (factor < 1 || factor != Math.rint(factor)) {
      throw new UnsupportedOperatorException(
          "operator Resize has no white-box form: a factor of " + factor);
    }
    return (long) factor;
  }

  private float @Nullable [] scales(List<? extends @Nullable NDArray> inputs) {
    NDArray given = Axes.input(inputs, scalesInput);
    if (given == null) {
      return attributeScales;
    }
    double[] wide = Elementwise.doubles(given);
    float[] scales = new float[wide.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) wide[i];
    }
    return scales;
  }

  private static NDArray repeat(NDArray x, int axis, long times) {
    if (times == 1) {
      return x;
    }
    Shape shape = x.getShape();
    NDArray apart = x.expandDims(axis + 1);
    long[] stretched = apart.getShape().getShape().clone();
    stretched[axis + 1] = times;
    long[] merged = shape.getShape().clone();
    merged[axis] *= times;
    return apart.broadcast(new Shape(stretched)).reshape(new Shape(merged));
  }
}

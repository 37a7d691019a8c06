package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code LRN}: x/(bias + α/size Σ x²)^β, the sum over neighbouring channels. */
record LocalResponseNormalization(int size, float alpha, float beta, float bias)
    implements Growing {

  static Operator from(Attributes attributes) {
    return new LocalResponseNormalization(
        attributes.index("size", 1),
        attributes.number("alpha", 1e-4f),
        attributes.number("beta", .75f),
        attributes.number("bias", 1));
  }

  /** Neighbours that a channel can have on one side, of those that it is told to look at. */
  private long neighbours(long told, Shape shape) {
    return Math.min(told, Math.max(0, shape.get(1) - 1));
  }

  private long before(Shape shape) {
    return neighbours((size - 1) / 2, shape);
  }

  private long after(Shape shape) {
    return neighbours(size - 1 - (size - 1) / 2, shape);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    Shape shape = x.getShape();
    long channels = shape.get(1);
    long[] before = new long[shape.dimension()];
    long[] after = new long[shape.dimension()];
    before[1] = before(shape);
    after[1] = after(shape);
    NDArray squares = Pad.around(x.square(), before, after, 0);
    NDArray sum = x.zerosLike();
    for (long offset = 0; offset <= before[1] + after[1]; offset++) {
      sum =
          sum.add(
              squares.get(
                  new NDIndex()
                      .addAllDim(1)
                      .addSliceDim(offset, offset + channels)
                      .addEllipseDim()));
    }
    return x.div(Scalars.pow(Scalars.mul(sum, alpha / size).add(bias), beta));
  }

  /** Of all partial sums. */
  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape shape = Axes.required(inputs, 0).getShape();
    return Math.multiplyExact(Growing.product(shape.getShape()), before(shape) + after(shape) + 1);
  }
}

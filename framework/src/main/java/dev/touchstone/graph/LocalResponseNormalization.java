package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;

/** ONNX {@code LRN}: x/(bias + α/size Σ x²)^β, the sum over neighbouring channels. */
record LocalResponseNormalization(int size, float alpha, float beta, float bias)
    implements Operator {

  static Operator from(Attributes attributes) {
    return new LocalResponseNormalization(
        attributes.index("size", 1),
        attributes.number("alpha", 1e-4f),
        attributes.number("beta", .75f),
        attributes.number("bias", 1));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int rank = x.getShape().dimension();
    long channels = x.getShape().get(1);
    long[] before = new long[rank];
    long[] after = new long[rank];
    before[1] = (size - 1) / 2;
    after[1] = size - 1 - before[1];
    NDArray squares = Pad.around(x.square(), before, after, 0);
    NDArray sum = x.zerosLike();
    for (int offset = 0; offset < size; offset++) {
      sum =
          sum.add(
              squares.get(
                  new NDIndex()
                      .addAllDim(1)
                      .addSliceDim(offset, offset + channels)
                      .addEllipseDim()));
    }
    return x.div(sum.mul(alpha / size).add(bias).pow(beta));
  }
}

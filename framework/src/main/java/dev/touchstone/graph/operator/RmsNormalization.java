package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;

/** ONNX {@code RMSNormalization}: trailing axes over their root mean square (Zhang 2019). */
record RmsNormalization(int axis, float epsilon) implements Operator {

  static Operator from(Attributes attributes) {
    return new RmsNormalization(attributes.index("axis", -1), attributes.number("epsilon", 1e-5f));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int rank = x.getShape().dimension();
    int[] axes = IntStream.range(Axes.counted(axis, rank), rank).toArray();
    NDArray root = Reduce.MEAN.reduce(x.square(), axes).add(epsilon).sqrt();
    return x.div(root).mul(inputs.get(1));
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/** ONNX {@code LayerNormalization}: each example's trailing axes to mean 0 and variance 1. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record LayerNormalization(int axis, float epsilon) implements Operator {

  static Operator from(Attributes attributes) {
    return new LayerNormalization(
        attributes.index("axis", -1), attributes.number("epsilon", 1e-5f));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int rank = x.getShape().dimension();
    NDArray normal =
        standardised(x, IntStream.range(Axes.counted(axis, rank), rank).toArray(), epsilon);
    NDArray scaled = normal.mul(inputs.get(1));
    NDArray bias = Axes.input(inputs, 2);
    return bias == null ? scaled : scaled.add(bias);
  }

  /** (x - mean)/√(variance + ε) over some axes. */
  static NDArray standardised(NDArray x, int[] axes, float epsilon) {
    NDArray centred = x.sub(Reduce.MEAN.reduce(x, axes));
    return centred.div(Reduce.MEAN.reduce(centred.square(), axes).add(epsilon).sqrt());
  }
}

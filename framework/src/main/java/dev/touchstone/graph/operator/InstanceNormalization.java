package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;

/** ONNX {@code InstanceNormalization}: each channel of each example on its own. */
record InstanceNormalization(float epsilon) implements Operator {

  static Operator from(Attributes attributes) {
    return new InstanceNormalization(attributes.number("epsilon", 1e-5f));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int rank = x.getShape().dimension();
    return LayerNormalization.standardised(x, IntStream.range(2, rank).toArray(), epsilon)
        .mul(Broadcast.perChannel(inputs.get(1), rank))
        .add(Broadcast.perChannel(inputs.get(2), rank));
  }
}

package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** ONNX {@code BatchNormalization} at inference: γ(x - μ)/√(σ² + ε) + β per channel. */
record BatchNormalization(float epsilon) implements Operator {

  static Operator from(Attributes attributes) {
    if (attributes.integer("training_mode", 0) == 1) {
      throw attributes.unsupported("training mode; export the model in evaluation mode");
    }
    return new BatchNormalization(attributes.number("epsilon", 1e-5f));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray scale = inputs.get(1).div(inputs.get(4).add(epsilon).sqrt());
    NDArray shift = inputs.get(2).sub(inputs.get(3).mul(scale));
    long[] perChannel = new long[x.getShape().dimension()];
    Arrays.fill(perChannel, 1);
    perChannel[1] = x.getShape().get(1);
    Shape shape = new Shape(perChannel);
    return x.mul(scale.reshape(shape)).add(shift.reshape(shape));
  }
}

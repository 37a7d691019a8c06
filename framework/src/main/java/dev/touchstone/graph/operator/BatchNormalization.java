package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.norm.BatchNorm;
import java.util.List;

/** ONNX {@code BatchNormalization} at inference: γ(x - μ)/√(σ² + ε) + β per channel. */
record BatchNormalization(float epsilon) implements Operator {

  static Operator from(Attributes attributes) {
    if (attributes.integer("training_mode", 0) == 1) {
      throw attributes.unsupported("training mode; export the model in evaluation mode");
    }
    attributes.require("spatial", 1);
    return new BatchNormalization(attributes.number("epsilon", 1e-5f));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    long channels = inputs.get(0).getShape().get(1);
    for (int i = 1; i < 5; i++) {
      if (inputs.get(i).size() != channels) {
        throw new IllegalArgumentException(
            inputs.get(i).size()
                + " numbers as its input number "
                + (i + 1)
                + " for "
                + channels
                + " channels");
      }
    }
    return BatchNorm.batchNorm(
            inputs.get(0),
            inputs.get(3),
            inputs.get(4),
            inputs.get(1),
            inputs.get(2),
            1,
            0f,
            epsilon,
            false)
        .singletonOrThrow();
  }

  @Override
  public boolean isStatistic(int input) {
    return input > 2;
  }
}

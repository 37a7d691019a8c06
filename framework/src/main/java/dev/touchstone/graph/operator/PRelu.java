package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;

/**
 * ONNX {@code PRelu}: the negative part times a learnt slope. Before opset 7 a list of slopes has
 * one per channel.
 */
record PRelu(boolean perChannel) implements Operator {

  static Operator from(long opset) {
    return new PRelu(opset < 7);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray given = inputs.get(1);
    NDArray slope =
        perChannel && given.size() > 1
            ? Broadcast.perChannel(given, x.getShape().dimension())
            : given;
    return Activation.relu(x).sub(Activation.relu(x.neg()).mul(slope));
  }
}

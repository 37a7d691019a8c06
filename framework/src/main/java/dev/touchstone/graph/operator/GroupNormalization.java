package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * ONNX {@code GroupNormalization}: each group of channels of each example to mean 0 and variance 1.
 * Before opset 21 there is one scale and bias per group, from then on per channel.
 */
record GroupNormalization(int groups, float epsilon) implements Operator {

  static Operator from(Attributes attributes) {
    int groups = attributes.index("num_groups", 0);
    if (groups < 1) {
      throw attributes.unsupported("num_groups = " + groups);
    }
    return new GroupNormalization(groups, attributes.number("epsilon", 1e-5f));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    Shape shape = x.getShape();
    // [N, C, …] as [N, groups, all of the rest]
    NDArray apart = x.reshape(new Shape(shape.get(0), groups, -1));
    NDArray normal = LayerNormalization.standardised(apart, new int[] {2}, epsilon).reshape(shape);
    return normal.mul(perChannel(inputs.get(1), shape)).add(perChannel(inputs.get(2), shape));
  }

  private NDArray perChannel(NDArray values, Shape shape) {
    long channels = shape.get(1);
    NDArray all =
        values.size() == channels
            ? values
            : values
                .reshape(new Shape(groups, 1))
                .broadcast(new Shape(groups, channels / groups))
                .reshape(new Shape(channels));
    return Broadcast.perChannel(all, shape.dimension());
  }
}

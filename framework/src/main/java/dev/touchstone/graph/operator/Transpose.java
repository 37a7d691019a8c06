package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/** ONNX {@code Transpose}: axes in another order, by default reversed. */
record Transpose(int[] order) implements Operator {

  static Operator from(Attributes attributes) {
    return new Transpose(
        Arrays.stream(attributes.integers("perm")).mapToInt(i -> (int) i).toArray());
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return order.length == 0 ? inputs.get(0).transpose() : inputs.get(0).transpose(order);
  }
}

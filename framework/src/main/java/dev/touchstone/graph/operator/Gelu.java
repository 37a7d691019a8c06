package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** ONNX {@code Gelu}: x Φ(x), or its approximation by a hyperbolic tangent. */
record Gelu(boolean approximate) implements Operator {

  static Operator from(Attributes attributes) {
    return new Gelu(attributes.text("approximate", "none").equals("tanh"));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray share =
        approximate
            ? Scalars.mul(x.add(Scalars.mul(Scalars.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))
                .tanh()
            : Scalars.mul(x, Math.sqrt(.5)).erf();
    return Scalars.mul(x.mul(share.add(1)), .5);
  }
}

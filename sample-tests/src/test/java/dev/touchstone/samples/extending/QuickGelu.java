package dev.touchstone.samples.extending;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.touchstone.graph.operator.Attributes;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.graph.operator.OperatorTraits.Effect;
import dev.touchstone.graph.operator.Scalars;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operator of one's own: x · sigmoid(αx), which ONNX Runtime's optimiser writes into files and
 * the ONNX standard does not have.
 */
record QuickGelu(float alpha) implements Operator {

  /** Read off a node of {@code com.microsoft}, as {@code Operators.with} asks for it. */
  static QuickGelu read(Attributes attributes, long opset) {
    return new QuickGelu(attributes.number("alpha", 1.702f));
  }

  @Override
  public NDArray apply(List<@Nullable NDArray> inputs) {
    NDArray x = inputs.get(0);
    return x.mul(Activation.sigmoid(Scalars.mul(x, alpha)));
  }

  @Override
  public Optional<OperatorTraits> traits() {
    return Optional.of(OperatorTraits.of(Effect.ELEMENTWISE).smooth().mayRectify());
  }
}

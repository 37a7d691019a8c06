package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators that act number by number. */
final class Elementwise {
  private Elementwise() {}

  static Operator unary(UnaryOperator<NDArray> function) {
    return inputs -> function.apply(inputs.get(0));
  }

  static Operator binary(BinaryOperator<NDArray> function) {
    return new Stretching(inputs -> function.apply(inputs.get(0), inputs.get(1)));
  }

  /** Any number of inputs, folded from the left. */
  static Operator several(BinaryOperator<NDArray> function) {
    return new Stretching(inputs -> inputs.stream().reduce(function).orElseThrow());
  }

  /** What is applied entry by entry to inputs that are stretched to one shape. */
  private record Stretching(Operator operator) implements Growing {

    @Override
    public NDArray apply(List<@Nullable NDArray> inputs) {
      return operator.apply(inputs);
    }

    @Override
    public long elements(List<? extends @Nullable NDArray> inputs) {
      return Growing.stretched(inputs);
    }
  }

  /** An operator of the same shape as what its inputs are stretched to. */
  static Operator stretching(Operator operator) {
    return new Stretching(operator);
  }

  /** The mean of any number of inputs. */
  static NDArray mean(List<NDArray> inputs) {
    return Scalars.div(inputs.stream().reduce(NDArray::add).orElseThrow(), inputs.size());
  }

  /** The same numbers under another handle: a node's output is closed on its own. */
  static NDArray same(List<NDArray> inputs) {
    return inputs.get(0).reshape(inputs.get(0).getShape());
  }

  /** Division; of whole numbers towards zero, as for shapes. */
  static NDArray divide(NDArray a, NDArray b) {
    if (a.getDataType().isFloating() || b.getDataType().isFloating()) {
      return a.div(b);
    }
    return a.toType(DataType.FLOAT64, false)
        .div(b.toType(DataType.FLOAT64, false))
        .trunc()
        .toType(DataType.INT64, false);
  }

  /** ONNX {@code Mod}: what a division leaves, of the divisor's sign, or of the other's. */
  static Operator modulo(Attributes attributes) {
    boolean ofTheDividend = attributes.flag("fmod", false);
    return binary((a, b) -> ofTheDividend ? left(a, b) : a.mod(b));
  }

  /** As C's fmod. */
  private static NDArray left(NDArray a, NDArray b) {
    NDArray wide = a.toType(DataType.FLOAT64, false);
    NDArray by = b.toType(DataType.FLOAT64, false);
    return wide.sub(wide.div(by).trunc().mul(by)).toType(a.getDataType(), false);
  }

  /** A power of the base's type. */
  static NDArray power(NDArray base, NDArray exponent) {
    NDArray power = base.pow(exponent);
    return base.getDataType().isFloating() ? power : power.toType(base.getDataType(), false);
  }

  static NDArray reciprocal(NDArray x) {
    return Scalars.pow(x, -1);
  }

  static NDArray hardSwish(NDArray x) {
    return x.mul(Scalars.div(x, 6).add(.5).clip(0, 1));
  }

  /**
   * log(1 + eˣ); the linear part is taken out, so that large x neither overflow nor are rounded.
   * Its derivative at 0 is that of a maximum of equals, a half.
   */
  static NDArray softplus(NDArray x) {
    return x.maximum(x.zerosLike()).add(x.abs().neg().exp().add(1).log());
  }

  static NDArray softsign(NDArray x) {
    return x.div(x.abs().add(1));
  }

  static Operator leakyRelu(Attributes attributes) {
    float slope = attributes.number("alpha", .01f);
    return unary(x -> Activation.leakyRelu(x, slope));
  }

  static Operator elu(Attributes attributes) {
    float alpha = attributes.number("alpha", 1);
    return unary(x -> Activation.elu(x, alpha));
  }

  static Operator selu(Attributes attributes) {
    float alpha = attributes.number("alpha", 1.6732632f);
    float gamma = attributes.number("gamma", 1.0507010f);
    return unary(x -> Scalars.mul(Activation.elu(x, alpha), gamma));
  }

  static Operator celu(Attributes attributes) {
    float alpha = attributes.number("alpha", 1);
    return unary(x -> Scalars.mul(Activation.elu(Scalars.div(x, alpha), 1), alpha));
  }

  static Operator hardSigmoid(Attributes attributes) {
    float alpha = attributes.number("alpha", .2f);
    float beta = attributes.number("beta", .5f);
    return unary(x -> Scalars.mul(x, alpha).add(beta).clip(0, 1));
  }

  static Operator thresholdedRelu(Attributes attributes) {
    float alpha = attributes.number("alpha", 1);
    return unary(x -> x.mul(x.gt(alpha).toType(x.getDataType(), false)));
  }

  static Operator swish(Attributes attributes) {
    float alpha = attributes.number("alpha", 1);
    return unary(x -> x.mul(Activation.sigmoid(Scalars.mul(x, alpha))));
  }

  /** The one number of an array. */
  static double scalar(NDArray array) {
    double[] values = doubles(array);
    return values[0];
  }

  static double[] doubles(NDArray array) {
    try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
      return wide.toDoubleArray();
    }
  }
}

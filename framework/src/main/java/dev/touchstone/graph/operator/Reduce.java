package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;

/** ONNX {@code ReduceSum}, {@code ReduceMax} and their kin: some axes become one number. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Reduce(Reduction reduction, Axes axes, boolean keepsAxes, boolean emptyMeansNone)
    implements Operator {

  /** Reduces axes, which stay with length 1. */
  @FunctionalInterface
  public interface Reduction {
    NDArray reduce(NDArray x, int[] axes);
  }

  static final Reduction SUM = (x, axes) -> x.sum(axes, true);

  /** The mean over some axes, which stay with length 1. */
  public static final Reduction MEAN =
      (x, axes) -> oneByOne(x, axes, (y, axis) -> y.mean(axis, true));

  static final Reduction MAX = (x, axes) -> oneByOne(x, axes, (y, axis) -> y.max(axis, true));
  static final Reduction MIN = (x, axes) -> oneByOne(x, axes, (y, axis) -> y.min(axis, true));
  static final Reduction PRODUCT = (x, axes) -> oneByOne(x, axes, (y, axis) -> y.prod(axis, true));

  /** Σ exp, without overflow. */
  static final Reduction LOG_SUM_EXP =
      (x, axes) -> {
        NDArray largest = MAX.reduce(x, axes).stopGradient();
        return x.sub(largest).exp().sum(axes, true).log().add(largest);
      };

  static Operator from(Attributes attributes, Reduction reduction) {
    return new Reduce(
        reduction,
        Axes.from(attributes, "axes", 1),
        attributes.flag("keepdims", true),
        attributes.flag("noop_with_empty_axes", false));
  }

  /** A reduction of what a function makes of the input. */
  static Reduction of(UnaryOperator<NDArray> before, Reduction then) {
    return (x, axes) -> then.reduce(before.apply(x), axes);
  }

  /** The axes that become one number. */
  public int[] reducedAxes(List<NDArray> inputs) {
    return axes.orAll(inputs);
  }

  private static NDArray oneByOne(NDArray x, int[] axes, Reduction one) {
    NDArray reduced = x;
    for (int axis : axes) {
      reduced = one.reduce(reduced, new int[] {axis});
    }
    return reduced;
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    long[] given = axes.values(inputs);
    if (emptyMeansNone && (given == null || given.length == 0)) {
      return x;
    }
    int[] reduced = axes.orAll(inputs);
    NDArray kept = reduction.reduce(x, reduced);
    return keepsAxes ? kept : kept.reshape(Axes.without(kept.getShape(), reduced));
  }
}

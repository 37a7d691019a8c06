package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.operator.Axes;
import dev.touchstone.graph.operator.Broadcast;
import dev.touchstone.graph.operator.LayerNormalization;
import dev.touchstone.graph.operator.MaxPool;
import dev.touchstone.graph.operator.Reduce;
import dev.touchstone.graph.operator.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Backward rules that pass a gradient along the secant from each row's predecessor to the row:
 * multiplied with the inputs' steps, what they pass sums to the gradient times the output's step. A
 * row may be its own predecessor.
 */
final class Secants {
  private Secants() {}

  static List<NDArray> relu(Passage passage, Predecessors predecessors) {
    NDArray x = passage.input(0);
    NDArray gradient = passage.gradient();
    if (HostFloats.holds(x)) {
      return List.of(SecantKernels.relu(x, gradient, predecessors.locate(x)));
    }
    NDArray derivative = x.gt(0).toType(gradient.getDataType(), false);
    return List.of(gradient.mul(slope(x, passage.output(), derivative, predecessors)));
  }

  /** Of an operator that makes each number of one. */
  static List<NDArray> elementwise(Passage passage, Predecessors predecessors) {
    NDArray x = passage.input(0);
    NDArray derivative =
        passage.derivativeAt(passage.inputs(), passage.gradient().onesLike()).get(0);
    return List.of(passage.gradient().mul(slope(x, passage.output(), derivative, predecessors)));
  }

  /**
   * The difference quotient; where the mean of the derivatives at both ends differs from it by no
   * more than rounding the outputs explains, that mean. A small step is often the small difference
   * of large ones, each of which the quotient's error would be multiplied with.
   */
  private static NDArray slope(
      NDArray x, NDArray y, NDArray derivative, Predecessors predecessors) {
    NDArray step = x.sub(predecessors.of(x));
    NDArray before = predecessors.of(y);
    NDArray quotient = y.sub(before).div(step);
    NDArray mean = mean(derivative, predecessors);
    NDArray rounding = before.abs().add(y.abs()).mul(4 * epsilon(y.getDataType())).div(step.abs());
    NDArray close = quotient.sub(mean).abs().lte(rounding).logicalOr(step.eq(0));
    return NDArrays.where(close, mean, quotient);
  }

  private static NDArray mean(NDArray rows, Predecessors predecessors) {
    return mean(predecessors.of(rows), rows);
  }

  private static NDArray mean(NDArray before, NDArray rows) {
    return before.add(rows).div(2);
  }

  private static double epsilon(DataType type) {
    return type == DataType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
  }

  /** Of an operator that is linear in each of two computed inputs: a̅·Δb + b̅·Δa. */
  static List<NDArray> product(Passage passage, Predecessors predecessors) {
    List<@Nullable NDArray> between = passage.inputs();
    for (int index : passage.computed()) {
      between.set(index, mean(passage.input(index), predecessors));
    }
    return passage.derivativeAt(between, passage.gradient());
  }

  /** Of a/b with b computed: the reciprocal's secant is −1/(b·b'). */
  static List<NDArray> quotient(Passage passage, Predecessors predecessors) {
    NDArray a = passage.input(0);
    NDArray b = passage.input(1);
    List<@Nullable NDArray> inputs = passage.inputs();
    List<NDArray> passed = new ArrayList<>();
    NDArray before = predecessors.of(b);
    boolean both = passage.computed().length == 2;
    if (both) {
      inputs.set(1, mean(before.pow(-1), b.pow(-1)).pow(-1));
      passed.add(passage.derivativeAt(inputs, passage.gradient()).get(0));
      inputs.set(0, mean(a, predecessors));
    }
    inputs.set(1, b.mul(before).abs().sqrt());
    List<NDArray> last = passage.derivativeAt(inputs, passage.gradient());
    passed.add(last.get(last.size() - 1));
    return passed;
  }

  /**
   * Of a softmax or its logarithm, which is u = x − ℓ(x) with ℓ the logarithm of the sum of all eˣ.
   * The secant of y = eᵘ is the logarithmic mean m of y at both ends; and as all y sum to 1, the
   * m·(Δx − Δℓ) sum to 0, so that ℓ has the secant m / Σ m.
   */
  static List<NDArray> softmax(Softmax softmax, Passage passage, Predecessors predecessors) {
    NDArray x = softmax.laidOut(passage.input(0));
    NDArray gradient = softmax.laidOut(passage.gradient());
    int[] along = {softmax.along(x)};
    // A masked entry has −∞ at both ends, of which there is no difference.
    NDArray logarithm = x.logSoftmax(along[0]).maximum(LOGARITHM_OF_NOTHING);
    NDArray mean = logarithmicMean(predecessors.of(logarithm), logarithm);
    NDArray share = mean.div(mean.sum(along, true));
    NDArray passed =
        softmax.logarithm()
            ? gradient.sub(share.mul(gradient.sum(along, true)))
            : mean.mul(gradient.sub(share.mul(gradient).sum(along, true)));
    return List.of(passed.reshape(passage.input(0).getShape()));
  }

  /**
   * (e^v − e^u)/(v − u) from each predecessor u to its row v; for small h = v − u as e^((u+v)/2)
   * times (1 + h²/24 + h⁴/1920), of which the next term is below 1e-13.
   */
  private static NDArray logarithmicMean(NDArray before, NDArray rows) {
    NDArray step = rows.sub(before);
    NDArray square = step.square();
    NDArray series =
        mean(before, rows).exp().mul(square.div(1920).add(1.0 / 24).mul(square).add(1));
    NDArray rise = rows.exp().sub(before.exp());
    return NDArrays.where(step.abs().lt(SMALL_EXPONENT), series, rise.div(step));
  }

  private static final double SMALL_EXPONENT = .05;

  /** Its exponential is 0 in every precision. */
  private static final double LOGARITHM_OF_NOTHING = -1e4;

  /**
   * Of a layer normalisation, d/√(mean(d²) + ε) · γ + β with d = x − mean(x). With A and A' the
   * variances + ε at both ends, the secant of 1/√A is −1/(√A√A'(√A + √A')).
   */
  static List<NDArray> layerNormalisation(
      LayerNormalization layer, Passage passage, Predecessors predecessors) {
    NDArray x = passage.input(0);
    int rank = x.getShape().dimension();
    int[] axes = IntStream.range(Axes.counted(layer.axis(), rank), rank).toArray();
    NDArray g = passage.gradient();
    if (passage.has(1)) {
      g = g.mul(passage.input(1));
    }
    NDArray centred = x.sub(Reduce.MEAN.reduce(x, axes));
    NDArray here = Reduce.MEAN.reduce(centred.square(), axes).add(layer.epsilon()).sqrt();
    NDArray before = predecessors.of(here);
    NDArray between = mean(centred, predecessors);
    NDArray reciprocal = mean(before.pow(-1), here.pow(-1));
    NDArray atReciprocal = Reduce.MEAN.reduce(g.mul(between), axes);
    NDArray atVariance = atReciprocal.div(here.mul(before).mul(here.add(before))).neg();
    NDArray atCentred = g.mul(reciprocal).add(between.mul(2).mul(atVariance));
    return List.of(atCentred.sub(Reduce.MEAN.reduce(atCentred, axes)));
  }

  /**
   * Of a pooling of images. The input i that wins at a and the input j that wins at b share the
   * step where they are equal: at t with a_i + t(b_i − a_i) = a_j + t(b_j − a_j). A third that wins
   * in between is passed over; the sum over the window is exact all the same.
   */
  static List<NDArray> maxPool(MaxPool pool, Passage passage, Predecessors predecessors) {
    NDArray x = passage.input(0);
    NDArray gradient = passage.gradient();
    if (HostFloats.holds(x)) {
      return List.of(SecantKernels.maxPool(pool, x, gradient, predecessors.locate(x)));
    }
    Windows windows = Windows.of(pool, x.getShape(), passage.output().getShape());
    NDArray shares = shares(windows.gather(x), predecessors);
    return List.of(windows.scatter(shares.mul(gradient.expandDims(-1)), x.getShape()));
  }

  /** Of the maximum over axes that stay with length 1 or go. */
  static List<NDArray> maximumOver(
      int[] axes, boolean least, Passage passage, Predecessors predecessors) {
    NDArray x = passage.input(0);
    Shape shape = x.getShape();
    int[] order = lastly(axes, shape.dimension());
    NDArray moved = x.transpose(order);
    long reduced = IntStream.of(axes).mapToLong(shape::get).reduce(1, Math::multiplyExact);
    // The axis of the rows has to stay the first one.
    NDArray rows = moved.reshape(new Shape(shape.get(0), -1, reduced));
    NDArray shares = shares(least ? rows.neg() : rows, predecessors);
    NDArray gradient = passage.gradient().reshape(new Shape(shape.get(0), -1, 1));
    NDArray passed = shares.mul(gradient).reshape(moved.getShape());
    return List.of(passed.transpose(inverse(order)));
  }

  /** The axes with some of them moved behind the others. */
  private static int[] lastly(int[] axes, int rank) {
    IntStream others =
        IntStream.range(0, rank).filter(axis -> IntStream.of(axes).noneMatch(a -> a == axis));
    return IntStream.concat(others, IntStream.of(axes)).toArray();
  }

  private static int[] inverse(int[] order) {
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return inverse;
  }

  /** Of the larger, or the smaller, of two values of one shape or stretched to it. */
  static List<NDArray> larger(boolean least, Passage passage, Predecessors predecessors) {
    NDArray shape = passage.output();
    NDArray a = passage.input(0).broadcast(shape.getShape());
    NDArray b = passage.input(1).broadcast(shape.getShape());
    NDArray both = NDArrays.stack(new NDList(a, b), -1);
    NDArray won = shares(least ? both.neg() : both, predecessors);
    NDArray shares = won.mul(passage.gradient().expandDims(-1));
    List<NDArray> passed = new ArrayList<>();
    for (int index : passage.computed()) {
      NDArray share = shares.get(new NDIndex("...,{}", index));
      passed.add(Broadcast.reduced(share, passage.input(index).getShape()));
    }
    return passed;
  }

  /** Of candidates on the last axis, how much of the step from the row before each wins. */
  private static NDArray shares(NDArray values, Predecessors predecessors) {
    NDArray before = predecessors.of(values);
    NDArray i = before.argMax(-1).expandDims(-1);
    NDArray j = values.argMax(-1).expandDims(-1);
    NDArray lead = before.gather(i, -1).sub(before.gather(j, -1));
    NDArray total = lead.add(values.gather(j, -1).sub(values.gather(i, -1)));
    NDArray shareOfI = NDArrays.where(total.gt(0), lead.div(total), total.onesLike());
    long[] last = new long[values.getShape().dimension()];
    Arrays.fill(last, 1);
    long candidates = values.getShape().get(last.length - 1);
    last[last.length - 1] = candidates;
    NDArray places =
        values
            .getManager()
            .arange(0, Math.toIntExact(candidates), 1, DataType.INT64)
            .reshape(new Shape(last));
    DataType type = values.getDataType();
    return i.eq(places)
        .toType(type, false)
        .mul(shareOfI)
        .add(j.eq(places).toType(type, false).mul(shareOfI.neg().add(1)));
  }

  /** The windows of a pooling: their values on a new last axis, and the way back. */
  private record Windows(MaxPool pool, long[] before, long[] padded, Shape output) {

    static Windows of(MaxPool pool, Shape input, Shape output) {
      long[] pads = pool.window().resolvedPads(input, pool.kernel());
      long[] padded = new long[2];
      for (int axis = 0; axis < 2; axis++) {
        long reach =
            (output.get(2 + axis) - 1) * pool.window().strides(2).get(axis)
                + pool.kernel().get(axis);
        padded[axis] = Math.max(reach, pads[axis] + input.get(2 + axis));
      }
      return new Windows(pool, new long[] {pads[0], pads[1]}, padded, output);
    }

    long size() {
      return pool.kernel().size();
    }

    NDArray gather(NDArray input) {
      NDArray x = canvas(input, Float.NEGATIVE_INFINITY);
      x.set(inside(input.getShape()), input);
      NDList values = new NDList();
      for (long place = 0; place < size(); place++) {
        values.add(x.get(everyWindow(place)));
      }
      return NDArrays.stack(values, 4);
    }

    NDArray scatter(NDArray passed, Shape input) {
      NDArray sum = canvas(passed, input, 0);
      for (long place = 0; place < size(); place++) {
        NDIndex index = everyWindow(place);
        sum.set(index, sum.get(index).add(passed.get(new NDIndex("...,{}", place))));
      }
      return sum.get(inside(input));
    }

    private NDArray canvas(NDArray like, float fill) {
      return canvas(like, like.getShape(), fill);
    }

    private NDArray canvas(NDArray like, Shape input, float fill) {
      Shape shape = new Shape(input.get(0), input.get(1), padded[0], padded[1]);
      return like.getManager().full(shape, fill, like.getDataType());
    }

    private NDIndex inside(Shape input) {
      return new NDIndex(
          ":,:,{}:{},{}:{}",
          before[0],
          before[0] + input.get(2),
          before[1],
          before[1] + input.get(3));
    }

    /** The value at one place of every window. */
    private NDIndex everyWindow(long place) {
      long y = place / pool.kernel().get(1);
      long x = place % pool.kernel().get(1);
      long down = pool.window().strides(2).get(0);
      long right = pool.window().strides(2).get(1);
      return new NDIndex(
          ":,:,{}:{}:{},{}:{}:{}",
          y,
          y + (output.get(2) - 1) * down + 1,
          down,
          x,
          x + (output.get(3) - 1) * right + 1,
          right);
    }
  }
}

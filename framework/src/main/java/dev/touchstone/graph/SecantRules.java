package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Backward rules for a batch whose rows are consecutive points of a path: each row passes back the
 * slope of the secant to the next row in place of the derivative. Between the pre-activations a and
 * b of two neighbouring rows a ReLU has the slope (relu(b) − relu(a)) / (b − a), and a pooling
 * window gives each input the share of the step in which it wins. Linear nodes are as ever. So a
 * row's gradient g, multiplied with the step to the next row, sums to exactly the change of the
 * score between the two: DeepLIFT's rescale rule (Shrikumar et al. 2017) piece by piece.
 *
 * <p>The last row has no next one; its gradient means nothing.
 */
public final class SecantRules implements BackwardRules {
  /** Below it a difference quotient in float is less exact than the mean of the derivatives. */
  private static final double SMALL_STEP = 1e-2;

  private static final Set<String> LINEAR =
      Set.of(
          "Add",
          "AveragePool",
          "BatchNormalization",
          "Concat",
          "DepthToSpace",
          "Neg",
          "SpaceToDepth",
          "Sum",
          "Conv",
          "ConvTranspose",
          "Dropout",
          "Flatten",
          "GlobalAveragePool",
          "Identity",
          "Normalisation",
          "Pad",
          "ReduceMean",
          "ReduceSum",
          "Reshape",
          "Resize",
          "Slice",
          "Squeeze",
          "Sub",
          "Transpose",
          "Unsqueeze",
          "Upsample");

  /** Linear as long as the path passes through only one of their inputs. */
  private static final Set<String> LINEAR_IN_ONE = Set.of("Gemm", "MatMul", "Mul");

  private static final Set<String> SMOOTH = Set.of("Sigmoid", "Tanh");

  private SecantRules() {}

  /** The rules; they have no settings. */
  public static SecantRules withDefaults() {
    return new SecantRules();
  }

  /** Whether every node up to the score is linear or has a secant. */
  public static boolean cover(WhiteBox box) {
    return covered(box.graph());
  }

  private static boolean covered(Graph graph) {
    Set<String> onThePath = new HashSet<>(Set.of(graph.input()));
    for (Node node : graph.nodes()) {
      List<String> moving = node.inputs().stream().filter(onThePath::contains).toList();
      if (!moving.isEmpty() && !covered(node, moving)) {
        return false;
      }
      if (!moving.isEmpty() && !node.type().equals("Shape")) {
        onThePath.add(node.output());
      }
      if (node.output().equals(graph.score())) {
        return true;
      }
    }
    return true;
  }

  private static boolean covered(Node node, List<String> moving) {
    String type = node.type();
    return LINEAR.contains(type)
        || type.equals("Relu")
        || type.equals("Shape")
        || (type.equals("MaxPool") && isOfImages(node.operator()))
        || SMOOTH.contains(type)
        || (LINEAR_IN_ONE.contains(type) && moving.size() == 1)
        || (type.equals("Div") && moving.equals(node.inputs().subList(0, 1)));
  }

  private static boolean isOfImages(Operator operator) {
    return operator instanceof MaxPool pool && pool.kernel().dimension() == 2;
  }

  @Override
  public @Nullable BackwardRule ruleFor(Node node) {
    return switch (node.type()) {
      case "Relu" -> SecantRules::relu;
      case "MaxPool" ->
          (input, output, gradient) -> maxPool((MaxPool) node.operator(), input, output, gradient);
      case "Sigmoid" ->
          (input, output, gradient) ->
              smooth(input, output, output.mul(output.neg().add(1)), gradient);
      case "Tanh" ->
          (input, output, gradient) ->
              smooth(input, output, output.square().neg().add(1), gradient);
      default -> null;
    };
  }

  /** The rows' successors; the last row is its own. */
  private static NDArray next(NDArray rows) {
    long n = rows.getShape().get(0);
    return n == 1 ? rows : rows.get("1:").concat(rows.get(new NDIndex("{}:", n - 1)), 0);
  }

  private static NDArray relu(NDArray a, NDArray output, NDArray gradient) {
    NDArray b = next(a);
    NDArray active = a.gt(0);
    // On one side of the kink: 1 or 0. Across it: the part of the step that lies above.
    NDArray across = a.maximum(b).div(a.sub(b).abs());
    NDArray slope =
        NDArrays.where(active.eq(b.gt(0)), active.toType(gradient.getDataType(), false), across);
    return gradient.mul(slope);
  }

  private static NDArray smooth(NDArray a, NDArray output, NDArray derivative, NDArray gradient) {
    NDArray step = next(a).sub(a);
    NDArray quotient = next(output).sub(output).div(step);
    NDArray mean = next(derivative).add(derivative).div(2);
    return gradient.mul(NDArrays.where(step.abs().lt(SMALL_STEP), mean, quotient));
  }

  /**
   * The input i that wins at a and the input j that wins at b share the step where they are equal:
   * at t with a_i + t(b_i − a_i) = a_j + t(b_j − a_j). A third that wins in between is passed over;
   * the sum over the window is exact all the same.
   */
  private static NDArray maxPool(MaxPool pool, NDArray input, NDArray output, NDArray gradient) {
    DataType type = gradient.getDataType();
    Windows windows = Windows.of(pool, input.getShape(), output.getShape());
    NDArray values = windows.gather(input);
    NDArray following = next(values);
    NDArray i = values.argMax(-1).expandDims(-1);
    NDArray j = following.argMax(-1).expandDims(-1);
    NDArray before = values.gather(i, -1).sub(values.gather(j, -1));
    NDArray after = following.gather(j, -1).sub(following.gather(i, -1));
    NDArray total = before.add(after);
    NDArray shareOfI = NDArrays.where(total.gt(0), before.div(total), total.onesLike());
    NDArray places =
        input
            .getManager()
            .arange(0, windows.size(), 1, DataType.INT64)
            .reshape(new Shape(1, 1, 1, 1, windows.size()));
    NDArray shares =
        i.eq(places)
            .toType(type, false)
            .mul(shareOfI)
            .add(j.eq(places).toType(type, false).mul(shareOfI.neg().add(1)));
    return windows.scatter(shares.mul(gradient.expandDims(-1)), input.getShape());
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

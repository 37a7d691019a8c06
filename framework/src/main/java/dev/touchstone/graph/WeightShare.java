package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.operator.Conv;
import dev.touchstone.graph.operator.Gemm;
import dev.touchstone.graph.operator.Scalars;
import dev.touchstone.graph.operator.Window;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.Torch.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Each example's share in the gradient at a weight of one node. Sums over examples are undone where
 * the operator says how: products and convolutions by a product per example, and what is added or
 * multiplied by handing each example a copy; any other node is differentiated example by example.
 */
final class WeightShare {
  /** Operators that stretch the weight over the examples. */
  private static final Set<String> STRETCHING = Set.of("Add", "Mul", "LayerNormalization");

  private final Node node;
  private final Set<Integer> computed;
  private final NodeEvaluator evaluator;
  private final NDManager scope;

  private WeightShare(Node node, Set<Integer> computed, NodeEvaluator evaluator, NDManager scope) {
    this.node = node;
    this.computed = computed;
    this.evaluator = evaluator;
    this.scope = scope;
  }

  /**
   * Of a node.
   *
   * @param computed which inputs depend on the model's input; they have the examples in front
   * @param scope what is made belongs to it
   */
  static WeightShare of(
      Node node, Set<Integer> computed, NodeEvaluator evaluator, NDManager scope) {
    return new WeightShare(node, computed, evaluator, scope);
  }

  /**
   * The gradients at one input, a row per example.
   *
   * @param inputs of the node, recorded nowhere
   * @param weight which of them is the weight
   * @param arriving the gradient at the output
   */
  NDArray ofEach(List<@Nullable NDArray> inputs, int weight, NDArray arriving) {
    NDArray x = required(inputs, 0);
    Shape shape = required(inputs, weight).getShape();
    int axes = arriving.getShape().dimension();
    if (computed.equals(Set.of(0))) {
      if (node.operator() instanceof Gemm gemm && !gemm.transposeA()) {
        if (weight == 1) {
          return ofProduct(gemm, x, arriving);
        }
        if (shape.equals(arriving.getShape().slice(1))) {
          return gemm.beta() == 1 ? arriving : Scalars.mul(arriving, gemm.beta());
        }
      }
      if (node.type().equals("MatMul") && shape.dimension() == 2) {
        return ofProduct(x, arriving);
      }
      if (node.operator() instanceof Conv convolution) {
        return weight == 2
            ? summedBehindChannels(arriving)
            : ofConvolution(convolution, x, required(inputs, 1), arriving);
      }
      if (node.type().equals("BatchNormalization") && weight < 3) {
        return summedBehindChannels(weight == 2 ? arriving : arriving.mul(normalised(inputs)));
      }
    }
    if (STRETCHING.contains(node.type()) && fits(shape, axes)) {
      return ofCopies(inputs, weight, arriving);
    }
    return ofSlices(inputs, weight, arriving);
  }

  /** Whether a weight leaves the axis of the examples free. */
  private static boolean fits(Shape weight, int axes) {
    return weight.dimension() < axes || weight.dimension() == axes && weight.get(0) == 1;
  }

  /** xᵢ ⊗ δᵢ. */
  private static NDArray ofProduct(Gemm gemm, NDArray x, NDArray arriving) {
    NDArray scaled = gemm.alpha() == 1 ? arriving : Scalars.mul(arriving, gemm.alpha());
    NDArray rows = gemm.transposeB() ? scaled : x;
    NDArray columns = gemm.transposeB() ? x : scaled;
    return flat(rows.expandDims(2).mul(columns.expandDims(1)));
  }

  /** Σ over places of xᵢ ⊗ δᵢ. */
  private static NDArray ofProduct(NDArray x, NDArray arriving) {
    NDArray rows = places(x);
    return flat(rows.swapAxes(1, 2).matMul(places(arriving)));
  }

  /** [examples, places, numbers]. */
  private static NDArray places(NDArray array) {
    Shape shape = array.getShape();
    return array.reshape(shape.get(0), -1, shape.get(shape.dimension() - 1));
  }

  private static NDArray flat(NDArray array) {
    long examples = array.getShape().get(0);
    return array.reshape(examples, array.size() / examples);
  }

  private static NDArray summedBehindChannels(NDArray array) {
    Shape shape = array.getShape();
    return array.reshape(shape.get(0), shape.get(1), -1).sum(new int[] {2});
  }

  /** What is scaled and shifted. */
  private NDArray normalised(List<@Nullable NDArray> inputs) {
    List<@Nullable NDArray> plain = new ArrayList<>(inputs);
    NDArray scale = required(inputs, 1);
    plain.set(1, scale.onesLike());
    plain.set(2, scale.zerosLike());
    return Torch.detached(() -> evaluator.apply(node, plain));
  }

  /** Σ over places of δᵢ ⊗ what the kernel sees there (im2col, Chellapilla et al. 2006). */
  private static NDArray ofConvolution(
      Conv convolution, NDArray x, NDArray weight, NDArray arriving) {
    Shape kernel = weight.getShape().slice(2);
    NDArray seen = seen(convolution.window(), x, kernel, arriving.getShape().slice(2));
    long examples = x.getShape().get(0);
    long apart = examples * convolution.groups();
    long places = arriving.getShape().slice(2).size();
    NDArray columns = seen.reshape(apart, weight.getShape().slice(1).size(), places);
    NDArray rows = arriving.reshape(apart, weight.getShape().get(0) / convolution.groups(), places);
    return rows.matMul(columns.swapAxes(1, 2)).reshape(examples, weight.size());
  }

  /** What each number of the kernel meets at each place: [examples, channels, kernel, places…]. */
  private static NDArray seen(Window window, NDArray x, Shape kernel, Shape places) {
    int axes = kernel.dimension();
    NDArray padded = padded(x, window.resolvedPads(x.getShape(), kernel));
    NDList shifted = new NDList();
    for (long number = 0; number < kernel.size(); number++) {
      NDIndex index = new NDIndex().addAllDim(2);
      long rest = kernel.size();
      long of = number;
      for (int axis = 0; axis < axes; axis++) {
        rest /= kernel.get(axis);
        long from = of / rest * window.dilations(axes).get(axis);
        of %= rest;
        long step = window.strides(axes).get(axis);
        index.addSliceDim(from, from + (places.get(axis) - 1) * step + 1, step);
      }
      shifted.add(padded.get(index));
    }
    return NDArrays.stack(shifted, 2);
  }

  /** Zeros around the last axes; PyTorch counts from the last one. */
  private static NDArray padded(NDArray x, long[] pads) {
    int axes = pads.length / 2;
    long[] around = new long[pads.length];
    for (int axis = 0; axis < axes; axis++) {
      around[2 * (axes - 1 - axis)] = pads[axis];
      around[2 * (axes - 1 - axis) + 1] = pads[axes + axis];
    }
    return Arrays.stream(pads).allMatch(pad -> pad == 0) ? x : x.pad(new Shape(around), 0);
  }

  /** The operator again, with a copy of the weight for each example. */
  private NDArray ofCopies(List<@Nullable NDArray> inputs, int weight, NDArray arriving) {
    NDArray given = required(inputs, weight);
    Shape shape = given.getShape();
    int axes = arriving.getShape().dimension();
    long[] own = new long[axes - 1];
    Arrays.fill(own, 1);
    int kept = Math.min(shape.dimension(), axes - 1);
    System.arraycopy(shape.getShape(), shape.dimension() - kept, own, own.length - kept, kept);
    NDArray leaf = Torch.leaf(copies(given, arriving.getShape().get(0), new Shape(own)));
    List<@Nullable NDArray> again = new ArrayList<>(inputs);
    again.set(weight, leaf);
    return flat(gradient(evaluator.apply(node, again), arriving, leaf));
  }

  /** [examples, shape…]. */
  private static NDArray copies(NDArray weight, long examples, Shape shape) {
    return Torch.detached(
        () ->
            weight
                .reshape(new Shape(1).addAll(shape))
                .broadcast(new Shape(examples).addAll(shape))
                .duplicate());
  }

  private NDArray ofSlices(List<@Nullable NDArray> inputs, int weight, NDArray arriving) {
    long examples = arriving.getShape().get(0);
    NDList rows = new NDList();
    for (long i = 0; i < examples; i++) {
      NDIndex one = new NDIndex().addSliceDim(i, i + 1);
      List<@Nullable NDArray> alone = new ArrayList<>(inputs);
      computed.forEach(index -> alone.set(index, required(inputs, index).get(one)));
      NDArray leaf = Torch.leaf(required(inputs, weight).duplicate());
      alone.set(weight, leaf);
      NDArray row = gradient(evaluator.apply(node, alone), arriving.get(one), leaf);
      rows.add(row.reshape(1, leaf.size()));
    }
    return ExampleGradients.concat(rows, scope);
  }

  private static NDArray required(List<@Nullable NDArray> inputs, int index) {
    return Objects.requireNonNull(inputs.get(index));
  }

  private NDArray gradient(NDArray output, NDArray arriving, NDArray leaf) {
    return Torch.gradients(output, arriving, List.of(leaf), Recording.RELEASED, scope).head();
  }
}

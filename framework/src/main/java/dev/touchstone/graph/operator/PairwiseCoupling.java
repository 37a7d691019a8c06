package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Probabilities of classes, coupled of those of pairs (Wu, Lin and Weng 2004, problem 21): where
 * r_ij is the probability of i among i and j, the p that sum to one with the least Σ (r_ji p_i −
 * r_ij p_j)². LIBSVM, and ONNX Runtime, come near it by an iteration; here it is the solution.
 *
 * <p>The input has r_ij of all pairs of i &lt; j in a row, and then r_ji of them.
 */
record PairwiseCoupling() implements Operator {

  @Override
  public Optional<OperatorTraits> traits() {
    return Optional.of(OperatorTraits.of(OperatorTraits.Effect.MIXING).smooth());
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray r = matrix(inputs.get(0));
    NDArray transposed = r.transpose(0, 2, 1);
    NDArray identity = r.getManager().eye((int) r.getShape().get(1)).toType(r.getDataType(), false);
    NDArray sums = r.square().sum(new int[] {1}, true);
    // Where nothing contradicts, Qp = 0. With one added throughout, Q has an inverse all the same,
    // and that gives the same p up to their sum.
    NDArray q = identity.mul(sums).sub(transposed.mul(r)).add(1);
    NDArray p = q.inverse().sum(new int[] {2});
    return p.div(p.sum(new int[] {1}, true));
  }

  /** N × classes × classes, 0 on the diagonal. */
  private static NDArray matrix(NDArray pairs) {
    long rows = pairs.getShape().get(0);
    int width = Math.toIntExact(pairs.getShape().get(1));
    // k (k - 1) numbers of k classes.
    int classes = (int) Math.round((1 + Math.sqrt(1 + 4.0 * width)) / 2);
    long[] places = new long[classes * classes];
    Arrays.fill(places, width);
    int pair = 0;
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++) {
        places[i * classes + j] = pair;
        places[j * classes + i] = width / 2 + pair;
        pair++;
      }
    }
    NDArray nothing = pairs.getManager().zeros(new Shape(rows, 1), pairs.getDataType());
    NDArray index =
        NativeArrays.of(pairs.getManager(), places, new Shape(1, places.length))
            .broadcast(new Shape(rows, places.length));
    return pairs.concat(nothing, 1).gather(index, 1).reshape(new Shape(rows, classes, classes));
  }
}

package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a layer and makes each of its numbers a·z + c, with a and c per channel, such
 * as a batch normalisation: how a layer's weights and bias take it in. What it does is found by
 * applying it, so that nothing needs to be known of how it is written.
 *
 * @param operator of the node behind the layer
 * @param definition of that node
 * @param input the place of the layer's output among the node's inputs
 * @param weightAxis the axis of the layer's weights that counts its channels
 * @param rank how many axes the layer's output has, its channels on axis 1; 2 where they are last
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Follower(
    Operator operator, Definition definition, int input, int weightAxis, int rank) {

  /** A power of two, which scales without rounding, and beside which no usual constant counts. */
  private static final double FAR = 1 << 20;

  /** Returns what makes new weights of [weights, the node's inputs]. */
  public Operator weight() {
    return inputs -> {
      NDArray weights = Axes.required(inputs, 0);
      NDArray zeros = zeros(weights);
      NDArray scale = Scalars.div(at(zeros.add(FAR), inputs).sub(at(zeros, inputs)), FAR);
      long[] shape = new long[weights.getShape().dimension()];
      Arrays.fill(shape, 1);
      shape[weightAxis] = scale.size();
      return weights.mul(scale.reshape(new Shape(shape)));
    };
  }

  /** Returns what makes the new bias of [weights, the node's inputs, the bias if there is one]. */
  public Operator bias() {
    return inputs -> {
      NDArray zeros = zeros(Axes.required(inputs, 0));
      NDArray bias = inputs.get(inputs.size() - 1);
      NDArray before = bias == null ? zeros : zeros.add(bias.reshape(channels(bias.size())));
      return at(before, inputs).reshape(new Shape(zeros.size()));
    };
  }

  /** Returns what defines either. */
  public Definition definition(String part) {
    return Definition.of(
        Digest.sha256().add(part).add(definition.sha256()).add(input).add(weightAxis).add(rank));
  }

  private NDArray zeros(NDArray weights) {
    long count = weights.getShape().get(weightAxis);
    return weights.getManager().zeros(channels(count), weights.getDataType());
  }

  private Shape channels(long count) {
    return new Shape(IntStream.range(0, rank).mapToLong(axis -> axis == 1 ? count : 1).toArray());
  }

  private NDArray at(NDArray value, List<? extends @Nullable NDArray> inputs) {
    List<@Nullable NDArray> own = new ArrayList<>(inputs.subList(1, inputs.size() - 1));
    own.set(input, value);
    return operator.apply(own);
  }
}

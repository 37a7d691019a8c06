package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Attention}: softmax(QKᵀ·scale + mask) V per head, in which several heads of queries
 * may share one of keys (Ainslie et al. 2023). A query to which no key is open gets 0.
 *
 * @param queryHeads 0 where the inputs have an axis of heads
 * @param scale 0 for one over the root of a head's width
 * @param softCap 0 for none, else the bound of the scores
 */
record Attention(int queryHeads, int keyHeads, float scale, float softCap, boolean causal)
    implements Growing {
  private static final int MASK = 3;
  private static final int PAST = 4;
  private static final int LENGTHS = 6;

  static Operator from(Attributes attributes) {
    if (attributes.integer("left_window_size", -1) != -1
        || attributes.integer("right_window_size", -1) != -1) {
      throw attributes.unsupported("a window");
    }
    if (attributes.hasInput(PAST) || attributes.hasInput(LENGTHS)) {
      throw attributes.unsupported("keys of a past, or of several lengths");
    }
    return new Attention(
        attributes.index("q_num_heads", 0),
        attributes.index("kv_num_heads", 0),
        attributes.number("scale", 0),
        attributes.number("softcap", 0),
        attributes.flag("is_causal", false));
  }

  @Override
  public NDArray apply(List<@Nullable NDArray> inputs) {
    NDArray given = Axes.required(inputs, 0);
    boolean joined = given.getShape().dimension() == 3;
    NDArray q = heads(given, queryHeads);
    NDArray k = repeated(heads(Axes.required(inputs, 1), keyHeads), q);
    NDArray v = repeated(heads(Axes.required(inputs, 2), keyHeads), q);

    // Both factors are scaled, as the standard says, so that neither overflows.
    long width = q.getShape().get(3);
    double root = Math.sqrt(scale == 0 ? 1 / Math.sqrt(width) : scale);
    NDArray scores = Scalars.mul(q, root).matMul(Scalars.mul(k, root).transpose(0, 1, 3, 2));
    if (softCap != 0) {
      scores = Scalars.mul(Scalars.div(scores, softCap).tanh(), softCap);
    }
    NDArray mixed = shares(scores, mask(scores, Axes.input(inputs, MASK))).matMul(v);
    return joined ? joined(mixed) : mixed;
  }

  /** [N, L, heads · width] as [N, heads, L, width]. */
  private static NDArray heads(NDArray x, int heads) {
    Shape shape = x.getShape();
    return shape.dimension() == 4
        ? x
        : x.reshape(new Shape(shape.get(0), shape.get(1), heads, -1)).transpose(0, 2, 1, 3);
  }

  private static NDArray joined(NDArray x) {
    Shape shape = x.getShape();
    return x.transpose(0, 2, 1, 3).reshape(new Shape(shape.get(0), shape.get(2), -1));
  }

  /** Each head as often as queries' heads share it. */
  private static NDArray repeated(NDArray x, NDArray queries) {
    Shape shape = x.getShape();
    long times = queries.getShape().get(1) / shape.get(1);
    if (times == 1) {
      return x;
    }
    Shape stretched = new Shape(shape.get(0), shape.get(1), times, shape.get(2), shape.get(3));
    return x.expandDims(2)
        .broadcast(stretched)
        .reshape(new Shape(shape.get(0), shape.get(1) * times, shape.get(2), shape.get(3)));
  }

  /** What is added to the scores, -∞ where a key is closed; null if all are open. */
  private @Nullable NDArray mask(NDArray scores, @Nullable NDArray given) {
    NDArray open = causal ? notLater(scores) : null;
    NDArray added = null;
    if (given != null && !given.getDataType().isFloating()) {
      NDArray truths = given.toType(DataType.BOOLEAN, false);
      open = open == null ? truths : truths.logicalAnd(open);
    } else {
      added = given;
    }
    if (open == null) {
      return added;
    }
    NDArray nothing = Scalars.mul(open.toType(scores.getDataType(), false), 0);
    NDArray closed = NDArrays.where(open, nothing, nothing.sub(Double.POSITIVE_INFINITY));
    return added == null ? closed : added.add(closed);
  }

  private static NDArray notLater(NDArray scores) {
    Shape shape = scores.getShape();
    NDArray queries =
        NativeArrays.of(scores.getManager(), LongStream.range(0, shape.get(2)).toArray())
            .expandDims(1);
    NDArray keys =
        NativeArrays.of(scores.getManager(), LongStream.range(0, shape.get(3)).toArray())
            .expandDims(0);
    return keys.lte(queries);
  }

  private static NDArray shares(NDArray scores, @Nullable NDArray mask) {
    if (mask == null) {
      return scores.softmax(-1);
    }
    // Where nothing is open, the mask is left out first: a softmax of nothing has no derivative.
    NDArray everywhere = Broadcast.to(mask, scores.getShape());
    NDArray closed = everywhere.max(new int[] {-1}, true).eq(Double.NEGATIVE_INFINITY);
    NDArray none = Broadcast.to(closed, scores.getShape());
    NDArray shares =
        scores.add(NDArrays.where(none, everywhere.zerosLike(), everywhere)).softmax(-1);
    return NDArrays.where(none, shares.zerosLike(), shares);
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape q = Axes.required(inputs, 0).getShape();
    Shape k = Axes.required(inputs, 1).getShape();
    boolean apart = q.dimension() == 4;
    return Growing.product(
        q.get(0), apart ? q.get(1) : queryHeads, q.get(apart ? 2 : 1), k.get(apart ? 2 : 1));
  }
}

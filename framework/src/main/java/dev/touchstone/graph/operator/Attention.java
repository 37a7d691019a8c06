package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Attention}: softmax(QKᵀ·scale + mask) V per head, in which several heads of queries
 * may share one of keys (Ainslie et al. 2023). A query to which no key is open gets 0. Keys and
 * values of a past stand before the given ones; with them, or where each example says how many of
 * its keys there are, the queries are the last places.
 *
 * <p>Its further outputs are the keys and the values with those of the past, and what the softmax
 * is made of.
 *
 * @param queryHeads 0 where the inputs have an axis of heads
 * @param scale 0 for one over the root of a head's width
 * @param softCap 0 for none, else the bound of the scores
 * @param left how many keys before its own place a query sees; -1 for all
 * @param right how many behind it; -1 for all
 * @param output what is made
 */
record Attention(
    int queryHeads,
    int keyHeads,
    float scale,
    float softCap,
    boolean causal,
    int left,
    int right,
    Output output)
    implements Growing {

  /** What an attention makes. */
  enum Output {
    /** Values, mixed. */
    MIXED,
    /** N × heads × all keys × width, a past's before the given ones. */
    KEYS,
    /** The same of values. */
    VALUES,
    /** QKᵀ·scale, N × heads × queries × keys. */
    PRODUCTS,
    /** These within the cap. */
    CAPPED,
    /** These with the mask: -∞ where a key is closed. */
    MASKED,
    /** The shares by which values are mixed. */
    SHARES
  }

  /** What the fourth output is, by {@code qk_matmul_output_mode}. */
  private static final List<Output> SCORES =
      List.of(Output.PRODUCTS, Output.CAPPED, Output.MASKED, Output.SHARES);

  private static final int MASK = 3;
  private static final int PAST_KEYS = 4;
  private static final int PAST_VALUES = 5;
  private static final int LENGTHS = 6;

  /** The outputs of a node, in their order. */
  static List<Operator> from(Attributes attributes) {
    int mode = attributes.index("qk_matmul_output_mode", 0);
    if (mode < 0 || mode >= SCORES.size()) {
      throw attributes.unsupported("qk_matmul_output_mode = " + mode);
    }
    return Stream.of(Output.MIXED, Output.KEYS, Output.VALUES, SCORES.get(mode))
        .map(output -> of(attributes, output))
        .toList();
  }

  private static Operator of(Attributes attributes, Output output) {
    return new Attention(
        attributes.index("q_num_heads", 0),
        attributes.index("kv_num_heads", 0),
        attributes.number("scale", 0),
        attributes.number("softcap", 0),
        attributes.flag("is_causal", false),
        attributes.index("left_window_size", -1),
        attributes.index("right_window_size", -1),
        output);
  }

  /** Keys and values are put behind those of the past, and no more. */
  @Override
  public Optional<OperatorTraits> traits() {
    return switch (output) {
      case KEYS, VALUES -> Optional.of(OperatorTraits.of("Concat"));
      case PRODUCTS -> Optional.of(OperatorTraits.of(OperatorTraits.Effect.PRODUCT).smooth());
      case MIXED, CAPPED, MASKED, SHARES -> Optional.empty();
    };
  }

  @Override
  public boolean dependsOn(int input) {
    return switch (output) {
      case KEYS -> input == 1 || input == PAST_KEYS;
      case VALUES -> input == 2 || input == PAST_VALUES;
      case PRODUCTS, CAPPED -> input < 2 || input == PAST_KEYS;
      case MASKED, SHARES -> input != 2 && input != PAST_VALUES;
      case MIXED -> true;
    };
  }

  @Override
  public NDArray apply(List<@Nullable NDArray> inputs) {
    return switch (output) {
      case KEYS -> keys(inputs);
      case VALUES -> values(inputs);
      case MIXED -> mixed(inputs);
      case PRODUCTS, CAPPED, MASKED, SHARES -> scores(inputs, output);
    };
  }

  private NDArray keys(List<@Nullable NDArray> inputs) {
    return behind(Axes.input(inputs, PAST_KEYS), heads(Axes.required(inputs, 1), keyHeads));
  }

  private NDArray values(List<@Nullable NDArray> inputs) {
    return behind(Axes.input(inputs, PAST_VALUES), heads(Axes.required(inputs, 2), keyHeads));
  }

  private NDArray mixed(List<@Nullable NDArray> inputs) {
    NDArray given = Axes.required(inputs, 0);
    NDArray shares = scores(inputs, Output.SHARES);
    NDArray mixed = shares.matMul(repeated(values(inputs), heads(given, queryHeads)));
    return given.getShape().dimension() == 3 ? joined(mixed) : mixed;
  }

  /** What the shares are made of, as far as it is wanted. */
  private NDArray scores(List<@Nullable NDArray> inputs, Output wanted) {
    NDArray q = heads(Axes.required(inputs, 0), queryHeads);
    NDArray k = repeated(keys(inputs), q);
    // Both factors are scaled, as the standard says, so that neither overflows.
    long width = q.getShape().get(3);
    double root = Math.sqrt(scale == 0 ? 1 / Math.sqrt(width) : scale);
    NDArray scores = Scalars.mul(q, root).matMul(Scalars.mul(k, root).transpose(0, 1, 3, 2));
    if (wanted == Output.PRODUCTS) {
      return scores;
    }
    if (softCap != 0) {
      scores = Scalars.mul(Scalars.div(scores, softCap).tanh(), softCap);
    }
    if (wanted == Output.CAPPED) {
      return scores;
    }
    NDArray pastKeys = Axes.input(inputs, PAST_KEYS);
    long past = pastKeys == null ? 0 : pastKeys.getShape().get(2);
    NDArray open = open(scores, past, Axes.input(inputs, LENGTHS));
    NDArray mask = mask(scores, Axes.input(inputs, MASK), open);
    if (wanted == Output.MASKED) {
      return mask == null ? scores : scores.add(mask);
    }
    return shares(scores, mask);
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

  private static NDArray behind(@Nullable NDArray past, NDArray given) {
    return past == null ? given : past.concat(given, 2);
  }

  /** What is added to the scores, -∞ where a key is closed; null if all are open. */
  private static @Nullable NDArray mask(
      NDArray scores, @Nullable NDArray given, @Nullable NDArray byPlace) {
    NDArray open = byPlace;
    NDArray added = null;
    if (given != null && !given.getDataType().isFloating()) {
      NDArray truths = closedBehind(given, scores).toType(DataType.BOOLEAN, false);
      open = open == null ? truths : truths.logicalAnd(open);
    } else if (given != null) {
      added = closedBehind(given, scores);
    }
    if (open == null) {
      return added;
    }
    NDArray nothing = Scalars.mul(open.toType(scores.getDataType(), false), 0);
    NDArray closed = NDArrays.where(open, nothing, nothing.sub(Double.POSITIVE_INFINITY));
    return added == null ? closed : added.add(closed);
  }

  /** A mask of fewer keys than there are, with the others closed. */
  private static NDArray closedBehind(NDArray mask, NDArray scores) {
    Shape shape = mask.getShape();
    long lacking = scores.getShape().get(3) - shape.get(shape.dimension() - 1);
    if (lacking <= 0) {
      return mask;
    }
    Shape rest = shape.slice(0, shape.dimension() - 1).add(lacking);
    NDArray closed = mask.getManager().zeros(rest, mask.getDataType());
    return mask.concat(
        mask.getDataType().isFloating() ? closed.sub(Double.POSITIVE_INFINITY) : closed, -1);
  }

  /** Which keys' places a query may see: 1 or N × 1 × queries × keys; null if it sees all. */
  private @Nullable NDArray open(NDArray scores, long past, @Nullable NDArray lengths) {
    Shape shape = scores.getShape();
    NDArray keys = places(scores, shape.get(3)).reshape(1, 1, 1, -1);
    NDArray ofEach = lengths == null ? null : lengths.toType(DataType.INT64, false);
    NDArray open = ofEach == null ? null : keys.lt(ofEach.reshape(-1, 1, 1, 1));
    if (!causal && left < 0 && right < 0) {
      return open;
    }
    NDArray before =
        ofEach == null || past > 0
            ? whole(scores, past)
            : ofEach.reshape(-1, 1, 1, 1).sub(whole(scores, shape.get(2)));
    NDArray ahead = places(scores, shape.get(2)).reshape(1, 1, -1, 1).add(before).sub(keys);
    NDArray most = left < 0 ? null : ahead.lte(whole(scores, left));
    int least = causal ? 0 : right;
    NDArray fewest = least < 0 ? null : ahead.gte(whole(scores, -least));
    return both(both(open, most), fewest);
  }

  private static @Nullable NDArray both(@Nullable NDArray one, @Nullable NDArray other) {
    return one == null ? other : other == null ? one : one.logicalAnd(other);
  }

  private static NDArray places(NDArray like, long count) {
    return NativeArrays.of(like.getManager(), LongStream.range(0, count).toArray());
  }

  private static NDArray whole(NDArray like, long number) {
    return NativeArrays.of(like.getManager(), new long[] {number});
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
    if (output == Output.KEYS || output == Output.VALUES) {
      return inputs.stream()
          .filter(Objects::nonNull)
          .mapToLong(NDArray::size)
          .reduce(0, Math::addExact);
    }
    Shape q = Axes.required(inputs, 0).getShape();
    Shape k = Axes.required(inputs, 1).getShape();
    boolean apart = q.dimension() == 4;
    NDArray pastKeys = Axes.input(inputs, PAST_KEYS);
    long past = pastKeys == null ? 0 : pastKeys.getShape().get(2);
    return Growing.product(
        q.get(0), apart ? q.get(1) : queryHeads, q.get(apart ? 2 : 1), past + k.get(apart ? 2 : 1));
  }
}

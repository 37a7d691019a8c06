package dev.touchstone.graph.onnx;

import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of what operators make that put numbers in another order, pick some of them, or join
 * arrays, as far as the file tells them.
 */
final class ArrangedShapes {
  private static final long FREE = -1;

  private final NodeFacts facts;
  private final long[] x;

  private ArrangedShapes(NodeFacts facts, long[] x) {
    this.facts = facts;
    this.x = x;
  }

  /**
   * The shape of a node's first output; null where it is not known, or the node is none of them.
   */
  static long @Nullable [] of(NodeFacts facts) {
    long[] x = facts.shape(0);
    if (x == null) {
      return null;
    }
    ArrangedShapes shapes = new ArrangedShapes(facts, x);
    String type = facts.type();
    if (type.startsWith("Reduce") || type.equals("ArgMax") || type.equals("ArgMin")) {
      return shapes.reduced();
    }
    return switch (type) {
      case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" -> shapes.global();
      case "Flatten" -> shapes.flat();
      case "Transpose" -> shapes.transposed();
      case "Concat" -> shapes.joined();
      case "Reshape" -> shapes.reshaped();
      case "Squeeze" -> shapes.squeezed();
      case "Unsqueeze" -> shapes.unsqueezed();
      case "Gather" -> shapes.gathered();
      case "GatherElements" -> facts.shape(1);
      case "GatherND" -> shapes.gatheredSlices();
      default -> null;
    };
  }

  private int axis(long given, int rank) {
    return (int) (given < 0 ? given + rank : given);
  }

  private boolean isAxis(int axis) {
    return axis >= 0 && axis < x.length;
  }

  private long @Nullable [] global() {
    if (x.length < 3) {
      return null;
    }
    long[] result = x.clone();
    Arrays.fill(result, 2, x.length, 1);
    return result;
  }

  private long @Nullable [] flat() {
    int at = axis(facts.whole("axis", 1), x.length);
    if (at < 0 || at > x.length) {
      return null;
    }
    return new long[] {product(Arrays.copyOf(x, at)), product(Arrays.copyOfRange(x, at, x.length))};
  }

  /** Free if a factor is. */
  private static long product(long[] lengths) {
    double product = 1;
    for (long length : lengths) {
      if (length == FREE) {
        return FREE;
      }
      product *= length;
    }
    return (long) Math.min(Long.MAX_VALUE, product);
  }

  private long @Nullable [] transposed() {
    long[] order = facts.wholes("perm");
    long[] result = new long[x.length];
    for (int axis = 0; axis < x.length; axis++) {
      int from = order == null ? x.length - 1 - axis : axis < order.length ? (int) order[axis] : -1;
      if (!isAxis(from)) {
        return null;
      }
      result[axis] = x[from];
    }
    return result;
  }

  private long @Nullable [] joined() {
    int at = axis(facts.whole("axis", 1), x.length);
    if (!isAxis(at)) {
      return null;
    }
    long[] result = x.clone();
    for (int i = 1; i < facts.node().getInputCount(); i++) {
      long[] other = facts.shape(i);
      if (other == null || other.length != x.length) {
        return null;
      }
      result[at] = result[at] == FREE || other[at] == FREE ? FREE : result[at] + other[at];
      for (int axis = 0; axis < x.length; axis++) {
        if (axis != at && result[axis] == FREE) {
          result[axis] = other[axis];
        }
      }
    }
    return result;
  }

  private long @Nullable [] reshaped() {
    double[] wanted = facts.values(1);
    long[] stated = facts.wholes("shape");
    if (wanted == null && stated != null && facts.node().getInputCount() == 1) {
      wanted = Arrays.stream(stated).asDoubleStream().toArray();
    }
    if (wanted == null || Arrays.stream(wanted).anyMatch(v -> !(v >= FREE && v < 1L << 31))) {
      return null;
    }
    long[] result = new long[wanted.length];
    int open = -1;
    for (int axis = 0; axis < result.length; axis++) {
      result[axis] = (long) wanted[axis];
      if (result[axis] == 0 && facts.whole("allowzero", 0) == 0) {
        if (!isAxis(axis)) {
          return null;
        }
        result[axis] = x[axis];
      } else if (result[axis] == FREE) {
        if (open >= 0) {
          return null;
        }
        open = axis;
      }
    }
    if (open >= 0) {
      long[] others = result.clone();
      others[open] = 1;
      long rest = product(others);
      long all = product(x);
      result[open] = all == FREE || rest <= 0 || all % rest != 0 ? FREE : all / rest;
    }
    return result;
  }

  /** The axes that an attribute or an input names; null where they are not known. */
  private long @Nullable [] axes() {
    if (facts.has("axes")) {
      return facts.wholes("axes");
    }
    if (!facts.takes(1)) {
      return new long[0];
    }
    double[] given = facts.values(1);
    return given == null ? null : Arrays.stream(given).mapToLong(v -> (long) v).toArray();
  }

  private long @Nullable [] squeezed() {
    long[] axes = axes();
    if (axes == null) {
      return null;
    }
    boolean[] gone = new boolean[x.length];
    for (long one : axes) {
      int at = axis(one, x.length);
      if (!isAxis(at)) {
        return null;
      }
      gone[at] = true;
    }
    if (axes.length == 0) {
      for (int axis = 0; axis < x.length; axis++) {
        if (x[axis] == FREE) {
          return null;
        }
        gone[axis] = x[axis] == 1;
      }
    }
    return without(gone);
  }

  private long[] without(boolean[] gone) {
    long[] result = new long[x.length];
    int rank = 0;
    for (int axis = 0; axis < x.length; axis++) {
      if (!gone[axis]) {
        result[rank++] = x[axis];
      }
    }
    return Arrays.copyOf(result, rank);
  }

  private long @Nullable [] unsqueezed() {
    long[] axes = axes();
    if (axes == null || axes.length == 0) {
      return null;
    }
    int rank = x.length + axes.length;
    TreeSet<Integer> places = new TreeSet<>();
    for (long one : axes) {
      places.add(axis(one, rank));
    }
    if (places.size() != axes.length || places.first() < 0 || places.last() >= rank) {
      return null;
    }
    long[] result = new long[rank];
    int from = 0;
    for (int axis = 0; axis < rank; axis++) {
      result[axis] = places.contains(axis) ? 1 : x[from++];
    }
    return result;
  }

  private long @Nullable [] reduced() {
    boolean one = facts.type().startsWith("Arg");
    long[] axes = one ? new long[] {facts.whole("axis", 0)} : axes();
    if (axes == null) {
      return null;
    }
    if (axes.length == 0 && facts.whole("noop_with_empty_axes", 0) != 0) {
      return x;
    }
    boolean[] gone = new boolean[x.length];
    Arrays.fill(gone, axes.length == 0);
    for (long given : axes) {
      int at = axis(given, x.length);
      if (!isAxis(at)) {
        return null;
      }
      gone[at] = true;
    }
    if (facts.whole("keepdims", 1) == 0) {
      return without(gone);
    }
    long[] result = x.clone();
    for (int axis = 0; axis < x.length; axis++) {
      result[axis] = gone[axis] ? 1 : x[axis];
    }
    return result;
  }

  private long @Nullable [] gathered() {
    long[] indices = facts.shape(1);
    int at = axis(facts.whole("axis", 0), x.length);
    return indices == null || !isAxis(at) ? null : inPlaceOf(at, at + 1, indices);
  }

  private long[] inPlaceOf(int from, int to, long[] other) {
    long[] result = new long[x.length - (to - from) + other.length];
    System.arraycopy(x, 0, result, 0, from);
    System.arraycopy(other, 0, result, from, other.length);
    System.arraycopy(x, to, result, from + other.length, x.length - to);
    return result;
  }

  /** The last axis of the indices says how many of the data's axes, after the shared, one picks. */
  private long @Nullable [] gatheredSlices() {
    long[] indices = facts.shape(1);
    if (indices == null || indices.length == 0 || indices[indices.length - 1] < 1) {
      return null;
    }
    long picked = facts.whole("batch_dims", 0) + indices[indices.length - 1];
    if (picked > x.length) {
      return null;
    }
    return inPlaceOf(0, (int) picked, Arrays.copyOf(indices, indices.length - 1));
  }
}

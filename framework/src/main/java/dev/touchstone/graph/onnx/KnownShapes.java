package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.touchstone.graph.operator.OperatorTraits;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of results that follow from what stands in a file: of operators whose result may be
 * far larger than what they are made of, as long as the file says how large, and of common ones
 * between them. What depends on computed values is not known. A free dimension is -1, and so is
 * what is made of one.
 */
final class KnownShapes {
  private static final long FREE = -1;

  /**
   * Operators that the white box does not know, and {@link OperatorTraits} therefore neither, whose
   * result is as large as their first input: ONNX Runtime computes them.
   */
  static final Set<String> UNARY_ON_ONNX_RUNTIME =
      Set.of(
          "Acosh",
          "Asinh",
          "Atanh",
          "DequantizeLinear",
          "Hardmax",
          "LpNormalization",
          "MeanVarianceNormalization",
          "QuantizeLinear",
          "ReverseSequence",
          "Shrink");

  private static final Set<String> LEARNED_UNARY =
      Set.of("Binarizer", "Imputer", "Normalizer", "Scaler");

  private final NodeFacts facts;
  private final NodeProto node;
  private final Map<String, AttributeProto> attributes;

  private KnownShapes(NodeFacts facts) {
    this.facts = facts;
    this.node = facts.node();
    this.attributes = facts.attributes();
  }

  /** The shape of a node's first output; null where it is not known. */
  static long @Nullable [] of(NodeFacts facts) {
    return new KnownShapes(facts).shape();
  }

  /** The same of operators of {@code ai.onnx.ml} that make of each number another. */
  static long @Nullable [] ofLearned(NodeProto node, Map<String, long[]> shapes) {
    return LEARNED_UNARY.contains(node.getOpType()) && node.getInputCount() > 0
        ? shapes.get(node.getInput(0))
        : null;
  }

  /** The number of elements, a free dimension counted as one; no more than a long holds. */
  static long elements(long[] shape) {
    double product = 1;
    for (long length : shape) {
      product *= length == FREE ? 1 : length;
    }
    return (long) Math.min(Long.MAX_VALUE, product);
  }

  private long @Nullable [] shape() {
    String type = node.getOpType();
    OperatorTraits.Extent extent =
        UNARY_ON_ONNX_RUNTIME.contains(type)
            ? OperatorTraits.Extent.OF_THE_FIRST
            : OperatorTraits.of(type).extent();
    return switch (extent) {
      case OF_THE_FIRST -> shape(0);
      case BROADCAST -> stretched();
      case OTHER -> ofItsOwn(type);
    };
  }

  private long @Nullable [] ofItsOwn(String type) {
    return switch (type) {
      case "ConstantOfShape" -> lengths(0);
      case "Expand" -> expanded();
      case "Tile" -> scaled(1);
      case "Upsample" -> scaled(1);
      case "Resize" -> resized();
      case "Range" -> range();
      case "Pad" -> padded();
      case "OneHot" -> oneHot();
      case "MatMul" -> product();
      case "Gemm" -> gemm();
      case "RandomNormal", "RandomUniform" -> attributeLengths();
      case "HannWindow", "HammingWindow", "BlackmanWindow" -> lengths(0);
      default -> {
        long[] slid = WindowShapes.of(facts);
        yield slid == null ? ArrangedShapes.of(facts) : slid;
      }
    };
  }

  private long @Nullable [] shape(int input) {
    return facts.shape(input);
  }

  private double @Nullable [] values(int input) {
    return facts.values(input);
  }

  /** An input's numbers as lengths; what is no length is left to the engine's own message. */
  private long @Nullable [] lengths(int input) {
    double[] given = values(input);
    if (given == null || Arrays.stream(given).anyMatch(v -> !(v >= 0))) {
      return null;
    }
    return Arrays.stream(given).mapToLong(v -> (long) v).toArray();
  }

  private long @Nullable [] attributeLengths() {
    AttributeProto shape = attributes.get("shape");
    return shape == null || shape.getIntsList().stream().anyMatch(v -> v < 0)
        ? null
        : shape.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  private long @Nullable [] stretched() {
    // Before version 7 of the operator set an attribute says which axis is stretched.
    if (attributes.containsKey("broadcast")) {
      return null;
    }
    long[] common = new long[0];
    for (int i = 0; i < node.getInputCount(); i++) {
      long[] one = shape(i);
      if (one == null) {
        return null;
      }
      common = common(common, one);
    }
    return common;
  }

  private static long[] common(long[] a, long[] b) {
    long[] common = (a.length >= b.length ? a : b).clone();
    long[] other = a.length >= b.length ? b : a;
    int lead = common.length - other.length;
    for (int axis = 0; axis < other.length; axis++) {
      long one = common[lead + axis];
      long two = other[axis];
      common[lead + axis] = one == 1 ? two : two == 1 || two == one ? one : Math.max(one, two);
    }
    return common;
  }

  private long @Nullable [] expanded() {
    long[] x = shape(0);
    long[] wanted = lengths(1);
    return wanted == null || x == null ? null : common(x, wanted);
  }

  /** Each axis as often as a list of factors says. */
  private long @Nullable [] scaled(int input) {
    double[] factors = values(input);
    AttributeProto scales = attributes.get("scales");
    if (factors == null && scales != null) {
      factors = scales.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray();
    }
    long[] x = shape(0);
    if (factors == null
        || x == null
        || factors.length != x.length
        || Arrays.stream(factors).anyMatch(f -> !(f >= 0))) {
      return null;
    }
    long[] result = x.clone();
    for (int axis = 0; axis < result.length; axis++) {
      double length = (result[axis] == FREE ? 1 : result[axis]) * factors[axis];
      result[axis] = result[axis] == FREE && factors[axis] == 1 ? FREE : (long) length;
    }
    return result;
  }

  private long @Nullable [] resized() {
    if (node.getInputCount() == 2) {
      return scaled(1);
    }
    long[] x = shape(0);
    double[] sizes = values(3);
    double[] given = sizes == null || sizes.length == 0 ? values(2) : sizes;
    if (x == null || given == null) {
      return null;
    }
    int[] axes = axes(x.length);
    if (axes == null || given.length != axes.length) {
      return null;
    }
    boolean bySize = given == sizes;
    double[] wanted = bySize ? keepingAspect(x, axes, given) : given;
    long[] result = x.clone();
    for (int i = 0; i < axes.length; i++) {
      long length = x[axes[i]];
      if (!(wanted[i] >= 0)) {
        return null;
      }
      if (length != FREE || wanted[i] != 1) {
        double known = length == FREE ? 1 : length;
        result[axes[i]] = (long) (bySize ? wanted[i] : known * wanted[i]);
      }
    }
    return result;
  }

  /** The axes that an attribute names, or all; null if one is not there. */
  private int @Nullable [] axes(int rank) {
    long[] named = facts.wholes("axes");
    if (named == null) {
      return IntStream.range(0, rank).toArray();
    }
    int[] axes =
        Arrays.stream(named).mapToInt(axis -> (int) (axis < 0 ? axis + rank : axis)).toArray();
    return Arrays.stream(axes).allMatch(axis -> axis >= 0 && axis < rank) ? axes : null;
  }

  /** Sizes by one factor for all axes, where the file asks for that. */
  private double[] keepingAspect(long[] x, int[] axes, double[] sizes) {
    String policy = facts.text("keep_aspect_ratio_policy", "stretch");
    if (policy.equals("stretch")) {
      return sizes;
    }
    double[] factors = new double[axes.length];
    Arrays.setAll(factors, i -> sizes[i] / Math.max(1, x[axes[i]]));
    double factor =
        policy.equals("not_larger")
            ? Arrays.stream(factors).min().orElse(1)
            : Arrays.stream(factors).max().orElse(1);
    double[] kept = new double[axes.length];
    Arrays.setAll(kept, i -> Math.floor(factor * Math.max(1, x[axes[i]]) + .5));
    return kept;
  }

  private long @Nullable [] range() {
    double[] from = values(0);
    double[] to = values(1);
    double[] by = values(2);
    if (from == null || to == null || by == null) {
      return null;
    }
    if (from.length != 1 || to.length != 1 || by.length != 1) {
      return null;
    }
    double n = Math.ceil((to[0] - from[0]) / by[0]);
    return Double.isNaN(n) ? null : new long[] {(long) Math.max(0, n)};
  }

  private long @Nullable [] padded() {
    long[] x = shape(0);
    double[] pads = values(1);
    AttributeProto attribute = attributes.get("pads");
    if (pads == null && attribute != null) {
      pads = attribute.getIntsList().stream().mapToDouble(Long::doubleValue).toArray();
    }
    if (x == null || pads == null || pads.length != 2 * x.length || node.getInputCount() > 3) {
      return null;
    }
    long[] result = x.clone();
    for (int axis = 0; axis < x.length; axis++) {
      double more = pads[axis] + pads[axis + x.length];
      if (more != 0) {
        result[axis] = (long) Math.max(0, (x[axis] == FREE ? 1 : x[axis]) + more);
      }
    }
    return result;
  }

  private long @Nullable [] oneHot() {
    long[] indices = shape(0);
    double[] depth = values(1);
    if (indices == null || depth == null || depth.length != 1 || !(depth[0] >= 0)) {
      return null;
    }
    // Where the new axis stands matters to no count.
    long[] result = Arrays.copyOf(indices, indices.length + 1);
    AttributeProto axis = attributes.get("axis");
    boolean last = axis == null || axis.getI() == -1 || axis.getI() == indices.length;
    result[indices.length] = (long) depth[0];
    return last || elements(result) > Integer.MAX_VALUE ? result : null;
  }

  private long @Nullable [] product() {
    long[] a = shape(0);
    long[] b = shape(1);
    if (a == null || b == null || a.length < 2 || b.length < 2) {
      return null;
    }
    long[] common = common(Arrays.copyOf(a, a.length - 2), Arrays.copyOf(b, b.length - 2));
    long[] result = Arrays.copyOf(common, common.length + 2);
    result[common.length] = a[a.length - 2];
    result[common.length + 1] = b[b.length - 1];
    return result;
  }

  private long @Nullable [] gemm() {
    long[] a = shape(0);
    long[] b = shape(1);
    if (a == null || b == null || a.length != 2 || b.length != 2) {
      return null;
    }
    return new long[] {a[flag("transA") ? 1 : 0], b[flag("transB") ? 0 : 1]};
  }

  private boolean flag(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute != null && attribute.getI() != 0;
  }
}

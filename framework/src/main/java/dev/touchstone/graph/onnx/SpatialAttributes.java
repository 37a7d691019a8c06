package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX says in prose about the attributes of convolutions, poolings and other operators that
 * count along axes: lists as long as there are spatial axes, pads twice as long, steps of at least
 * 1, axes that exist. Native code divides by these and walks memory by them.
 */
final class SpatialAttributes {
  /** Convolutions and poolings; the value says which input is their kernel, 0 for none. */
  private static final Map<String, Integer> SPATIAL =
      Map.of(
          "Conv", 1,
          "ConvTranspose", 1,
          "ConvInteger", 1,
          "QLinearConv", 3,
          "DeformConv", 1,
          "MaxPool", 0,
          "AveragePool", 0,
          "LpPool", 0,
          "MaxUnpool", 0);

  private static final Set<String> PADDINGS = Set.of("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");

  /** Whole numbers of at least 1, by the attribute's name, whoever has it. */
  private static final List<String> COUNTS =
      List.of(
          "group",
          "blocksize",
          "num_groups",
          "hidden_size",
          "num_outputs",
          "offset_group",
          "output_height",
          "output_width",
          "num_heads",
          "q_num_heads",
          "kv_num_heads");

  /** Whole numbers that are values; all others count axes, elements or alternatives. */
  private static final Set<String> VALUES =
      Set.of("value_int", "default_int64", "replaced_value_int64", "ignore_index");

  private static final List<String> COUNTED_LISTS =
      List.of("kernel_shape", "strides", "dilations", "pooled_shape");

  /** Operators whose axis may lie behind the last, as a place to put one in. */
  private static final Set<String> BEHIND_THE_LAST = Set.of("Flatten", "OneHot", "Unsqueeze");

  /** Inputs that are lists of numbers, counted from 0. */
  private static final Map<String, List<Integer>> LISTS =
      Map.of(
          "Reduce", List.of(1),
          "Squeeze", List.of(1),
          "Unsqueeze", List.of(1),
          "Slice", List.of(1, 2, 3, 4),
          "Split", List.of(1),
          "Tile", List.of(1),
          "Pad", List.of(1, 3),
          "Resize", List.of(1, 2, 3),
          "Upsample", List.of(1));

  /** Inputs that are one number, counted from 0. ONNX Runtime reads it, also where none is. */
  private static final Map<String, List<Integer>> NUMBERS =
      Map.ofEntries(
          Map.entry("Loop", List.of(0, 1)),
          Map.entry("If", List.of(0)),
          Map.entry("TopK", List.of(1)),
          Map.entry("OneHot", List.of(1)),
          Map.entry("Range", List.of(0, 1, 2)),
          Map.entry("CumSum", List.of(1)),
          Map.entry("Trilu", List.of(1)),
          Map.entry("Dropout", List.of(1, 2)),
          Map.entry("Clip", List.of(1, 2)),
          Map.entry("NonMaxSuppression", List.of(2, 3, 4)),
          Map.entry("SequenceAt", List.of(1)),
          Map.entry("SequenceErase", List.of(1)),
          Map.entry("SequenceInsert", List.of(2)),
          Map.entry("STFT", List.of(1, 3)),
          Map.entry("DFT", List.of(1, 2)),
          Map.entry("HannWindow", List.of(0)),
          Map.entry("HammingWindow", List.of(0)),
          Map.entry("BlackmanWindow", List.of(0)),
          Map.entry("MelWeightMatrix", List.of(0, 1, 2, 3, 4)));

  private SpatialAttributes() {}

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; empty if
   * nothing is.
   */
  static Optional<String> problem(NodeFacts given) {
    Map<String, AttributeProto> attributes = new TreeMap<>(given.attributes());
    // What a function's caller gives is not known here.
    attributes.values().removeIf(AttributeProto::hasRefAttrName);
    NodeFacts node = new NodeFacts(given.node(), attributes, given.shapes(), given.values());
    String problem = numbers(attributes);
    if (problem == null && SPATIAL.containsKey(node.type())) {
      problem = spatial(node);
    }
    if (problem == null) {
      problem = axes(node);
    }
    if (problem == null) {
      problem = lists(node);
    }
    if (problem == null) {
      problem = single(node);
    }
    if (problem == null && node.type().equals("Split")) {
      problem = parts(node);
    }
    if (problem == null && node.type().equals("GatherND")) {
      problem = picked(node);
    }
    if (problem == null) {
      problem = RecurrentAttributes.problem(node);
    }
    if (problem == null && node.type().equals("TfIdfVectorizer")) {
      problem = TfIdfAttributes.problem(attributes);
    }
    return Optional.ofNullable(problem);
  }

  private static @Nullable String numbers(Map<String, AttributeProto> attributes) {
    for (String count : COUNTS) {
      AttributeProto attribute = attributes.get(count);
      if (attribute != null && !isCount(attribute.getI())) {
        return "has " + count + " = " + attribute.getI() + "; it is at least 1";
      }
    }
    for (String list : COUNTED_LISTS) {
      AttributeProto attribute = attributes.get(list);
      if (attribute != null && !attribute.getIntsList().stream().allMatch(v -> isCount(v))) {
        return "has " + list + " = " + attribute.getIntsList() + "; each is at least 1";
      }
    }
    for (AttributeProto attribute : attributes.values()) {
      boolean counts =
          attribute.getType() == AttributeProto.AttributeType.INT
              && !VALUES.contains(attribute.getName());
      if (counts
          && (attribute.getI() > Integer.MAX_VALUE || attribute.getI() < -Integer.MAX_VALUE)) {
        return "has "
            + attribute.getName()
            + " = "
            + attribute.getI()
            + ", which counts nothing that there is";
      }
    }
    AttributeProto leading = attributes.get("batch_dims");
    if (leading != null && leading.getI() < 0) {
      return "has batch_dims = " + leading.getI() + "; it is not negative";
    }
    AttributeProto size = attributes.get("size");
    if (size != null && !isCount(size.getI())) {
      return "has size = " + size.getI() + "; it is at least 1";
    }
    return null;
  }

  private static boolean isCount(long value) {
    return value >= 1 && value <= Integer.MAX_VALUE;
  }

  private static @Nullable String spatial(NodeFacts node) {
    String padding = node.text("auto_pad", "NOTSET");
    if (!PADDINGS.contains(padding)) {
      return "has auto_pad = \"" + padding + "\"; it is one of " + PADDINGS;
    }
    List<Long> pads = node.list("pads");
    if (pads.stream().anyMatch(v -> v < 0 || v > Integer.MAX_VALUE)) {
      return "has pads = " + pads + "; none is negative";
    }
    int kernelAt = SPATIAL.getOrDefault(node.type(), 0);
    long[] kernel = kernelAt > 0 ? node.shape(kernelAt) : null;
    long[] input = node.shape(0);
    int axes = -1;
    if (kernel != null) {
      axes = kernel.length - 2;
    } else if (input != null) {
      axes = input.length - 2;
    } else if (node.has("kernel_shape")) {
      axes = node.list("kernel_shape").size();
    }
    if (axes < 0) {
      return null;
    }
    if (kernel != null && input != null && kernel.length != input.length) {
      return "takes " + describe(input) + " with a kernel of shape " + describe(kernel);
    }
    String problem = length(node, "kernel_shape", axes);
    problem = problem != null ? problem : length(node, "strides", axes);
    problem = problem != null ? problem : length(node, "dilations", axes);
    problem = problem != null ? problem : length(node, "output_padding", axes);
    problem = problem != null ? problem : length(node, "pads", 2 * axes);
    if (problem == null && kernel != null) {
      problem = kernel(node, kernel, input);
    }
    if (problem == null && node.type().equals("ConvTranspose")) {
      problem = stated(node, axes, kernel, input);
    }
    return problem;
  }

  /** The size that a transposed convolution is to make is one that its steps and kernel reach. */
  private static @Nullable String stated(
      NodeFacts node, int axes, long @Nullable [] kernel, long @Nullable [] input) {
    List<Long> wanted = node.list("output_shape");
    if (wanted.isEmpty()) {
      return null;
    }
    if (wanted.size() != axes || !wanted.stream().allMatch(size -> isCount(size))) {
      return "has output_shape = " + wanted + "; it holds " + axes + " sizes here";
    }
    for (int axis = 0; axis < axes && kernel != null && input != null; axis++) {
      long step = node.whole("strides", axis, 1);
      long made =
          step * (input[2 + axis] - 1)
              + node.whole("output_padding", axis, 0)
              + (kernel[2 + axis] - 1) * node.whole("dilations", axis, 1)
              + 1;
      // Padding takes away as much as is wanted; a step may lie between the last two windows.
      if (input[2 + axis] >= 0 && wanted.get(axis) >= made + step) {
        return "has output_shape = "
            + wanted
            + ", and its input of shape "
            + describe(input)
            + " reaches "
            + made
            + " on axis "
            + (2 + axis);
      }
    }
    return null;
  }

  private static @Nullable String length(NodeFacts node, String name, int length) {
    List<Long> given = node.list(name);
    // An empty list is what some exporters write for the default.
    return !node.has(name)
            || given.size() == length
            || (given.isEmpty() && !name.equals("kernel_shape"))
        ? null
        : "has " + name + " = " + given + "; it holds " + length + " numbers here";
  }

  private static @Nullable String kernel(NodeFacts node, long[] kernel, long @Nullable [] input) {
    List<Long> stated = node.list("kernel_shape");
    for (int axis = 2; axis < kernel.length; axis++) {
      if (kernel[axis] < 1) {
        return "has a kernel of shape " + describe(kernel);
      }
      if (node.has("kernel_shape") && stated.get(axis - 2) != kernel[axis]) {
        return "has kernel_shape = " + stated + " and a kernel of shape " + describe(kernel);
      }
    }
    long groups = node.whole("group", 1);
    boolean transposed = node.type().equals("ConvTranspose");
    if (kernel[0] < 0 || kernel[0] % groups != 0) {
      return "has " + groups + " groups and a kernel of shape " + describe(kernel);
    }
    if (input != null && input[1] >= 0) {
      boolean fits =
          transposed
              ? input[1] == kernel[0]
              : input[1] % groups == 0 && input[1] / groups == kernel[1];
      if (!fits) {
        return "takes "
            + describe(input)
            + " with a kernel of shape "
            + describe(kernel)
            + " in "
            + groups
            + " group"
            + (groups == 1 ? "" : "s");
      }
    }
    return null;
  }

  private static @Nullable String axes(NodeFacts node) {
    long[] input = node.shape(0);
    if (input == null) {
      return null;
    }
    int rank = input.length;
    if (node.has("axis") && !node.type().contains("Sequence")) {
      long axis = node.whole("axis", 0);
      int most = BEHIND_THE_LAST.contains(node.type()) ? rank : Math.max(0, rank - 1);
      if (axis < -most - 1L || axis > most) {
        return "has axis = " + axis + ", and its input has " + rank + " axes";
      }
    }
    String problem = shared(node, input);
    if (problem != null) {
      return problem;
    }
    List<Long> order = node.list("perm");
    if (node.has("perm")
        && (order.size() != rank
            || order.stream().distinct().filter(v -> v >= 0 && v < rank).count() != rank)) {
      return "has perm = " + order + ", which is no order of " + rank + " axes";
    }
    return null;
  }

  /** Leading axes that two inputs share are there in both, of one length, which is not 0. */
  private static @Nullable String shared(NodeFacts node, long[] input) {
    if (!node.has("batch_dims")) {
      return null;
    }
    long leading = node.whole("batch_dims", 0);
    long[] indices = node.shape(1);
    boolean fits = leading < input.length && (indices == null || leading < indices.length);
    for (int axis = 0; fits && axis < leading; axis++) {
      long length = input[axis];
      fits =
          length != 0
              && (indices == null
                  || length == indices[axis]
                  || Math.min(length, indices[axis]) < 0);
    }
    return fits
        ? null
        : "has batch_dims = "
            + leading
            + ", and its inputs have the shapes "
            + describe(input)
            + " and "
            + (indices == null ? "unknown" : describe(indices));
  }

  /** Nothing can be picked from an axis of length 0; ONNX Runtime divides by it. */
  private static @Nullable String picked(NodeFacts node) {
    long[] data = node.shape(0);
    long[] indices = node.shape(1);
    if (data == null || indices == null || indices.length == 0) {
      return null;
    }
    int last = indices.length - 1;
    boolean any = Arrays.stream(indices, 0, last).allMatch(length -> length != 0);
    long from = node.whole("batch_dims", 0);
    if (indices[last] > data.length - from) {
      return "picks by %d axes from %s".formatted(from + indices[last], describe(data));
    }
    for (long axis = from; any && axis < from + indices[last]; axis++) {
      if (data[(int) axis] == 0) {
        return "picks from axis %d of %s, which has nothing".formatted(axis, describe(data));
      }
    }
    return null;
  }

  private static @Nullable String lists(NodeFacts node) {
    String type = node.type();
    for (int input : LISTS.getOrDefault(type.startsWith("Reduce") ? "Reduce" : type, List.of())) {
      long[] shape = node.shape(input);
      if (shape != null && shape.length != 1) {
        return "takes \""
            + node.node().getInput(input)
            + "\" of shape "
            + describe(shape)
            + " as its input number "
            + (input + 1)
            + ", which is a list";
      }
    }
    return null;
  }

  private static @Nullable String single(NodeFacts node) {
    for (int input : NUMBERS.getOrDefault(node.type(), List.of())) {
      long[] shape = node.shape(input);
      if (shape != null && Arrays.stream(shape).anyMatch(length -> length >= 0 && length != 1)) {
        return "takes \"%s\" of shape %s as its input number %d, which is one number"
            .formatted(node.node().getInput(input), describe(shape), input + 1);
      }
    }
    return null;
  }

  /** How many parts there are is said twice: by the outputs, and by a number or the lengths. */
  private static @Nullable String parts(NodeFacts node) {
    int outputs = node.node().getOutputCount();
    long number = node.whole("num_outputs", outputs);
    if (number != outputs) {
      return "has num_outputs = " + number + " and " + outputs + " outputs";
    }
    List<Long> stated = node.list("split");
    if (stated.stream().anyMatch(v -> v < 0)) {
      return "has split = " + stated + "; none is negative";
    }
    long[] listed = node.shape(1);
    long lengths = node.has("split") ? stated.size() : listed == null ? outputs : listed[0];
    return lengths == outputs
        ? null
        : "has the lengths of " + lengths + " parts and " + outputs + " outputs";
  }

  /** For messages; a free dimension is a question mark. */
  static String describe(long[] shape) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < shape.length; i++) {
      text.append(i == 0 ? "" : ", ").append(shape[i] < 0 ? "?" : Long.toString(shape[i]));
    }
    return text.append(']').toString();
  }
}

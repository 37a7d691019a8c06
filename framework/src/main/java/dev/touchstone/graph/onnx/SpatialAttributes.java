package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
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
   *
   * @param shapes of inputs that are known; -1 for a free dimension
   */
  static Optional<String> problem(
      NodeProto node, Map<String, AttributeProto> given, Map<String, long[]> shapes) {
    Map<String, AttributeProto> attributes = new TreeMap<>(given);
    attributes.values().removeIf(AttributeProto::hasRefAttrName);
    String problem = numbers(attributes);
    if (problem == null && SPATIAL.containsKey(node.getOpType())) {
      problem = spatial(node, attributes, shapes);
    }
    if (problem == null) {
      problem = axes(node, attributes, shapes);
    }
    if (problem == null) {
      problem = lists(node, shapes);
    }
    if (problem == null) {
      problem = single(node, shapes);
    }
    if (problem == null && node.getOpType().equals("Split")) {
      problem = parts(node, attributes, shapes);
    }
    if (problem == null && node.getOpType().equals("GatherND")) {
      problem = picked(attributes, shapes.get(node.getInput(0)), shapes.get(node.getInput(1)));
    }
    if (problem == null) {
      problem = RecurrentAttributes.problem(node, attributes, shapes);
    }
    if (problem == null && node.getOpType().equals("TfIdfVectorizer")) {
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

  private static @Nullable String spatial(
      NodeProto node, Map<String, AttributeProto> attributes, Map<String, long[]> shapes) {
    AttributeProto padding = attributes.get("auto_pad");
    if (padding != null && !PADDINGS.contains(padding.getS().toStringUtf8())) {
      return "has auto_pad = \"" + padding.getS().toStringUtf8() + "\"; it is one of " + PADDINGS;
    }
    AttributeProto pads = attributes.get("pads");
    if (pads != null && pads.getIntsList().stream().anyMatch(v -> v < 0 || v > Integer.MAX_VALUE)) {
      return "has pads = " + pads.getIntsList() + "; none is negative";
    }
    int kernelAt = SPATIAL.getOrDefault(node.getOpType(), 0);
    long[] kernel =
        kernelAt > 0 && kernelAt < node.getInputCount()
            ? shapes.get(node.getInput(kernelAt))
            : null;
    long[] input = node.getInputCount() > 0 ? shapes.get(node.getInput(0)) : null;
    int axes = -1;
    if (kernel != null) {
      axes = kernel.length - 2;
    } else if (input != null) {
      axes = input.length - 2;
    } else if (attributes.containsKey("kernel_shape")) {
      axes = attributes.get("kernel_shape").getIntsCount();
    }
    if (axes < 0) {
      return null;
    }
    if (kernel != null && input != null && kernel.length != input.length) {
      return "takes " + describe(input) + " with a kernel of shape " + describe(kernel);
    }
    String problem = length(attributes, "kernel_shape", axes);
    problem = problem != null ? problem : length(attributes, "strides", axes);
    problem = problem != null ? problem : length(attributes, "dilations", axes);
    problem = problem != null ? problem : length(attributes, "output_padding", axes);
    problem = problem != null ? problem : length(attributes, "pads", 2 * axes);
    if (problem == null && kernel != null) {
      problem = kernel(node, attributes, kernel, input);
    }
    if (problem == null && node.getOpType().equals("ConvTranspose")) {
      problem = stated(attributes, axes, kernel, input);
    }
    return problem;
  }

  /** The size that a transposed convolution is to make is one that its steps and kernel reach. */
  private static @Nullable String stated(
      Map<String, AttributeProto> attributes,
      int axes,
      long @Nullable [] kernel,
      long @Nullable [] input) {
    AttributeProto wanted = attributes.get("output_shape");
    if (wanted == null || wanted.getIntsCount() == 0) {
      return null;
    }
    if (wanted.getIntsCount() != axes
        || !wanted.getIntsList().stream().allMatch(size -> isCount(size))) {
      return "has output_shape = " + wanted.getIntsList() + "; it holds " + axes + " sizes here";
    }
    for (int axis = 0; axis < axes && kernel != null && input != null; axis++) {
      long step = number(attributes, "strides", axis, 1);
      long made =
          step * (input[2 + axis] - 1)
              + number(attributes, "output_padding", axis, 0)
              + (kernel[2 + axis] - 1) * number(attributes, "dilations", axis, 1)
              + 1;
      // Padding takes away as much as is wanted; a step may lie between the last two windows.
      if (input[2 + axis] >= 0 && wanted.getInts(axis) >= made + step) {
        return "has output_shape = "
            + wanted.getIntsList()
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

  private static long number(
      Map<String, AttributeProto> attributes, String name, int index, long otherwise) {
    AttributeProto list = attributes.get(name);
    return list == null || list.getIntsCount() <= index ? otherwise : list.getInts(index);
  }

  private static @Nullable String length(
      Map<String, AttributeProto> attributes, String name, int length) {
    AttributeProto attribute = attributes.get(name);
    // An empty list is what some exporters write for the default.
    return attribute == null
            || attribute.getIntsCount() == length
            || (attribute.getIntsCount() == 0 && !name.equals("kernel_shape"))
        ? null
        : "has "
            + name
            + " = "
            + attribute.getIntsList()
            + "; it holds "
            + length
            + " numbers here";
  }

  private static @Nullable String kernel(
      NodeProto node,
      Map<String, AttributeProto> attributes,
      long[] kernel,
      long @Nullable [] input) {
    AttributeProto stated = attributes.get("kernel_shape");
    for (int axis = 2; axis < kernel.length; axis++) {
      if (kernel[axis] < 1) {
        return "has a kernel of shape " + describe(kernel);
      }
      if (stated != null && stated.getInts(axis - 2) != kernel[axis]) {
        return "has kernel_shape = "
            + stated.getIntsList()
            + " and a kernel of shape "
            + describe(kernel);
      }
    }
    AttributeProto attribute = attributes.get("group");
    long groups = attribute == null ? 1 : attribute.getI();
    boolean transposed = node.getOpType().equals("ConvTranspose");
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

  private static @Nullable String axes(
      NodeProto node, Map<String, AttributeProto> attributes, Map<String, long[]> shapes) {
    long[] input = node.getInputCount() > 0 ? shapes.get(node.getInput(0)) : null;
    if (input == null) {
      return null;
    }
    int rank = input.length;
    AttributeProto axis = attributes.get("axis");
    if (axis != null && !node.getOpType().contains("Sequence")) {
      int most = BEHIND_THE_LAST.contains(node.getOpType()) ? rank : Math.max(0, rank - 1);
      if (axis.getI() < -most - 1L || axis.getI() > most) {
        return "has axis = " + axis.getI() + ", and its input has " + rank + " axes";
      }
    }
    String problem = shared(node, attributes, shapes, input);
    if (problem != null) {
      return problem;
    }
    AttributeProto order = attributes.get("perm");
    if (order != null
        && (order.getIntsCount() != rank
            || order.getIntsList().stream().distinct().filter(v -> v >= 0 && v < rank).count()
                != rank)) {
      return "has perm = " + order.getIntsList() + ", which is no order of " + rank + " axes";
    }
    return null;
  }

  /** Leading axes that two inputs share are there in both, of one length, which is not 0. */
  private static @Nullable String shared(
      NodeProto node,
      Map<String, AttributeProto> attributes,
      Map<String, long[]> shapes,
      long[] input) {
    AttributeProto leading = attributes.get("batch_dims");
    long[] indices = node.getInputCount() > 1 ? shapes.get(node.getInput(1)) : null;
    if (leading == null) {
      return null;
    }
    boolean fits =
        leading.getI() < input.length && (indices == null || leading.getI() < indices.length);
    for (int axis = 0; fits && axis < leading.getI(); axis++) {
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
            + leading.getI()
            + ", and its inputs have the shapes "
            + describe(input)
            + " and "
            + (indices == null ? "unknown" : describe(indices));
  }

  /** Nothing can be picked from an axis of length 0; ONNX Runtime divides by it. */
  private static @Nullable String picked(
      Map<String, AttributeProto> attributes, long @Nullable [] data, long @Nullable [] indices) {
    if (data == null || indices == null || indices.length == 0) {
      return null;
    }
    int last = indices.length - 1;
    boolean any = Arrays.stream(indices, 0, last).allMatch(length -> length != 0);
    AttributeProto leading = attributes.get("batch_dims");
    long from = leading == null ? 0 : leading.getI();
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

  private static @Nullable String lists(NodeProto node, Map<String, long[]> shapes) {
    String type = node.getOpType();
    for (int input : LISTS.getOrDefault(type.startsWith("Reduce") ? "Reduce" : type, List.of())) {
      long[] shape = input < node.getInputCount() ? shapes.get(node.getInput(input)) : null;
      if (shape != null && shape.length != 1) {
        return "takes \""
            + node.getInput(input)
            + "\" of shape "
            + describe(shape)
            + " as its input number "
            + (input + 1)
            + ", which is a list";
      }
    }
    return null;
  }

  private static @Nullable String single(NodeProto node, Map<String, long[]> shapes) {
    for (int input : NUMBERS.getOrDefault(node.getOpType(), List.of())) {
      long[] shape = input < node.getInputCount() ? shapes.get(node.getInput(input)) : null;
      if (shape != null && Arrays.stream(shape).anyMatch(length -> length >= 0 && length != 1)) {
        return "takes \"%s\" of shape %s as its input number %d, which is one number"
            .formatted(node.getInput(input), describe(shape), input + 1);
      }
    }
    return null;
  }

  /** How many parts there are is said twice: by the outputs, and by a number or the lengths. */
  private static @Nullable String parts(
      NodeProto node, Map<String, AttributeProto> attributes, Map<String, long[]> shapes) {
    int outputs = node.getOutputCount();
    AttributeProto number = attributes.get("num_outputs");
    if (number != null && number.getI() != outputs) {
      return "has num_outputs = " + number.getI() + " and " + outputs + " outputs";
    }
    AttributeProto stated = attributes.get("split");
    long[] listed = node.getInputCount() > 1 ? shapes.get(node.getInput(1)) : null;
    long lengths = stated != null ? stated.getIntsCount() : listed == null ? outputs : listed[0];
    if (stated != null && stated.getIntsList().stream().anyMatch(v -> v < 0)) {
      return "has split = " + stated.getIntsList() + "; none is negative";
    }
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

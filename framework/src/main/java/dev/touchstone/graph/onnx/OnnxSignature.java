package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.touchstone.runtime.TouchstoneException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a graph takes and makes: one batch of numbers in, one table of scores out.
 *
 * @param inputShape the batch axis first; -1 where it is free
 */
record OnnxSignature(String input, int[] inputShape, String output) {

  /**
   * Reads it off a graph.
   *
   * @throws TouchstoneException if there is not exactly one floating-point input, or if it is not
   *     clear which output holds the scores
   */
  static OnnxSignature of(GraphProto graph, String model) {
    ValueInfoProto input = onlyInput(graph, model);
    return new OnnxSignature(input.getName(), shape(input, model), scores(graph, model).getName());
  }

  private static ValueInfoProto onlyInput(GraphProto graph, String model) {
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(tensor -> weights.add(tensor.getValues().getName()));
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(i -> !weights.contains(i.getName())).toList();
    if (inputs.size() != 1) {
      throw new TouchstoneException(
          model
              + " has the inputs "
              + inputs.stream().map(ValueInfoProto::getName).toList()
              + "; Touchstone feeds exactly one. Export the model with a single float tensor as"
              + " input");
    }
    ValueInfoProto input = inputs.get(0);
    if (!isFloating(input)) {
      throw new TouchstoneException(
          model
              + " takes \""
              + input.getName()
              + "\" of type "
              + describe(input.getType())
              + "; Touchstone feeds float or double tensors");
    }
    return input;
  }

  /** The one floating-point output; of several, the one that is a table. */
  private static ValueInfoProto scores(GraphProto graph, String model) {
    List<ValueInfoProto> outputs = graph.getOutputList();
    if (outputs.isEmpty()) {
      throw new TouchstoneException(model + " makes no output: the file is corrupt");
    }
    List<ValueInfoProto> floating = outputs.stream().filter(OnnxSignature::isFloating).toList();
    List<ValueInfoProto> tables =
        floating.stream()
            .filter(o -> o.getType().getTensorType().getShape().getDimCount() == 2)
            .toList();
    if (floating.size() == 1) {
      return floating.get(0);
    }
    if (tables.size() == 1) {
      return tables.get(0);
    }
    throw new TouchstoneException(
        model
            + " makes "
            + outputs.stream().map(o -> o.getName() + " " + describe(o.getType())).toList()
            + "; Touchstone needs exactly one float output [N, k] to read scores from"
            + (outputs.stream().anyMatch(o -> o.getType().hasSequenceType())
                ? ". Convert a scikit-learn model with options={'zipmap': False}"
                : ". Export the model with only the scores as output"));
  }

  private static boolean isFloating(ValueInfoProto value) {
    int type = value.getType().getTensorType().getElemType();
    return value.getType().hasTensorType()
        && (type == TensorProto.DataType.FLOAT_VALUE || type == TensorProto.DataType.DOUBLE_VALUE);
  }

  private static String describe(TypeProto type) {
    if (!type.hasTensorType()) {
      return type.getValueCase().toString().toLowerCase(Locale.ROOT).replace("_type", "");
    }
    TypeProto.Tensor tensor = type.getTensorType();
    return TensorProto.DataType.forNumber(tensor.getElemType())
        + tensor.getShape().getDimList().stream()
            .map(d -> d.hasDimValue() ? Long.toString(d.getDimValue()) : "?")
            .toList()
            .toString();
  }

  private static int[] shape(ValueInfoProto value, String model) {
    List<Dimension> dimensions = value.getType().getTensorType().getShape().getDimList();
    if (dimensions.isEmpty()) {
      throw new TouchstoneException(
          model
              + " takes \""
              + value.getName()
              + "\" without a batch axis; export the model with an input of a shape such as [N,"
              + " 3]");
    }
    int[] shape = new int[dimensions.size()];
    long elements = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      Dimension dimension = dimensions.get(axis);
      boolean fixed = dimension.hasDimValue() && dimension.getDimValue() > 0;
      long length = fixed ? dimension.getDimValue() : 1;
      if (length > Integer.MAX_VALUE / elements) {
        throw new TouchstoneException(
            model
                + " takes \""
                + value.getName()
                + "\" of "
                + describe(value.getType())
                + ", more numbers than an array holds: the file is corrupt");
      }
      elements *= length;
      shape[axis] = fixed ? (int) length : -1;
    }
    return shape;
  }
}

package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a graph takes and makes: inputs by name, one table of scores out.
 *
 * @param inputs in the file's order, at least one
 */
record OnnxSignature(List<GraphInput> inputs, String output) {

  /**
   * Reads it off a graph.
   *
   * @throws TouchstoneException if there is no input, one of a type that cannot be fed, or if it is
   *     not clear which output holds the scores
   */
  static OnnxSignature of(GraphProto graph, String model) {
    return new OnnxSignature(inputs(graph, model), scores(graph, model).getName());
  }

  /**
   * What a white box takes: whole numbers that are amounts, such as grey levels, as the numbers
   * that they are cast to.
   *
   * @throws UnsupportedOperatorException if an input is of texts
   */
  List<GraphInput> ofWhiteBox(GraphProto graph) {
    List<GraphInput> texts =
        inputs.stream().filter(input -> input.type() == GraphInput.Type.STRING).toList();
    if (!texts.isEmpty()) {
      throw new UnsupportedOperatorException(
          "it takes texts in %s, and a white box numbers".formatted(texts));
    }
    return inputs.stream().map(input -> ofWhiteBox(input, graph)).toList();
  }

  private GraphInput ofWhiteBox(GraphInput input, GraphProto graph) {
    boolean amounts =
        inputs.size() == 1
            && input.type().isWhole()
            && NumericInput.isCastFirst(graph, input.name());
    return amounts ? GraphInput.ofSingles(input.name(), input.shape()) : input;
  }

  private static List<GraphInput> inputs(GraphProto graph, String model) {
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(tensor -> weights.add(tensor.getValues().getName()));
    List<GraphInput> inputs =
        graph.getInputList().stream()
            .filter(input -> !weights.contains(input.getName()))
            .map(input -> input(input, model))
            .toList();
    if (inputs.isEmpty()) {
      throw new TouchstoneException(
          "%s takes no input: what it answers has nothing to do with any example; export it with its inputs"
              .formatted(model));
    }
    return inputs;
  }

  private static GraphInput input(ValueInfoProto input, String model) {
    GraphInput.Type type =
        input.getType().hasTensorType()
            ? GraphInput.Type.of(input.getType().getTensorType().getElemType()).orElse(null)
            : null;
    if (type == null) {
      throw new TouchstoneException(
          "%s takes \"%s\" of type %s; Touchstone feeds tensors of numbers (FLOAT16, FLOAT, DOUBLE, INT8 to INT64, UINT8), truth values and texts: export it with one of these"
              .formatted(model, input.getName(), describe(input.getType())));
    }
    return new GraphInput(input.getName(), type, shape(input, model));
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
            + ". Export the model with only the scores as output");
  }

  private static boolean isFloating(ValueInfoProto value) {
    int type = value.getType().getTensorType().getElemType();
    return value.getType().hasTensorType()
        && (type == TensorProto.DataType.FLOAT_VALUE
            || type == TensorProto.DataType.DOUBLE_VALUE
            || type == TensorProto.DataType.FLOAT16_VALUE);
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

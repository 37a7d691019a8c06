package dev.touchstone.graph;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads an ONNX file into a {@link Graph}. The file is untrusted. */
final class OnnxImport {
  private OnnxImport() {}

  /**
   * Reads a model.
   *
   * @param bytes the file
   * @param name what to call it in messages
   * @throws UnsupportedOperatorException if the white box lacks an operator
   * @throws TouchstoneException if the file is no ONNX model, is truncated or corrupt
   */
  static Graph read(byte[] bytes, String name) {
    ModelProto model = parse(bytes, name);
    GraphProto graph = model.getGraph();
    long opset =
        model.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
            .mapToLong(OnnxMl.OperatorSetIdProto::getVersion)
            .findFirst()
            .orElse(1);
    Map<String, Constant> constants = new LinkedHashMap<>();
    graph
        .getInitializerList()
        .forEach(t -> constants.put(t.getName(), OnnxTensors.read(t, t.getName())));
    ValueInfoProto input = onlyInput(graph, constants.keySet(), name);
    List<Node> nodes = new ArrayList<>();
    Set<String> made = new HashSet<>(constants.keySet());
    made.add(input.getName());
    made.add("");
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        constants.put(node.getOutput(0), constant(node));
      } else {
        nodes.add(node(node, nodes.size(), made, opset));
      }
      made.addAll(node.getOutputList());
    }
    if (graph.getOutputCount() == 0 || !made.contains(graph.getOutput(0).getName())) {
      throw new TouchstoneException(name + " makes no output: the file is corrupt");
    }
    if (graph.getOutputCount() > 1) {
      throw new UnsupportedOperatorException(
          name + " has " + graph.getOutputCount() + " outputs; the white box needs one");
    }
    return new Graph(input.getName(), shape(input), graph.getOutput(0).getName(), nodes, constants);
  }

  private static ModelProto parse(byte[] bytes, String name) {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new TouchstoneException(
          name + " is not an ONNX model, or is truncated: " + e.getMessage(), e);
    }
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new TouchstoneException(name + " is not an ONNX model: it holds no graph");
    }
    return model;
  }

  private static ValueInfoProto onlyInput(GraphProto graph, Set<String> weights, String name) {
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(i -> !weights.contains(i.getName())).toList();
    if (inputs.size() != 1) {
      throw new UnsupportedOperatorException(
          name
              + " has the inputs "
              + inputs.stream().map(ValueInfoProto::getName).toList()
              + "; the white box needs exactly one");
    }
    int type = inputs.get(0).getType().getTensorType().getElemType();
    if (type != OnnxMl.TensorProto.DataType.FLOAT_VALUE
        && type != OnnxMl.TensorProto.DataType.DOUBLE_VALUE) {
      throw new UnsupportedOperatorException(
          name
              + " takes an input of type "
              + OnnxMl.TensorProto.DataType.forNumber(type)
              + "; the white box takes float or double");
    }
    return inputs.get(0);
  }

  private static int[] shape(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList().stream()
        .mapToInt(OnnxImport::dimension)
        .toArray();
  }

  private static int dimension(Dimension dimension) {
    boolean fixed = dimension.hasDimValue() && dimension.getDimValue() > 0;
    return fixed ? Math.toIntExact(dimension.getDimValue()) : -1;
  }

  private static Node node(NodeProto node, int position, Set<String> made, long opset) {
    for (String input : node.getInputList()) {
      if (!made.contains(input)) {
        throw new TouchstoneException(
            node.getOpType() + " uses \"" + input + "\", which nothing makes: the file is corrupt");
      }
    }
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      throw new UnsupportedOperatorException(
          "operator " + node.getOpType() + " of domain " + node.getDomain() + " has no white box");
    }
    String name = node.getName().isEmpty() ? node.getOpType() + "_" + position : node.getName();
    Operator operator = OnnxOperators.read(node.getOpType(), new Attributes(node), opset);
    return new Node(name, node.getOpType(), operator, node.getInputList(), node.getOutput(0));
  }

  private static Constant constant(NodeProto node) {
    Attributes attributes = new Attributes(node);
    if (attributes.has("value")) {
      return Objects.requireNonNull(attributes.tensor("value"));
    }
    if (attributes.has("value_float")) {
      return Constant.of(new float[] {attributes.number("value_float", 0)});
    }
    if (attributes.has("value_int")) {
      return Constant.of(new long[] {attributes.integer("value_int", 0)});
    }
    if (attributes.has("value_ints")) {
      long[] values = attributes.integers("value_ints");
      return Constant.of(values, values.length);
    }
    throw attributes.unsupported("a constant of this kind");
  }
}

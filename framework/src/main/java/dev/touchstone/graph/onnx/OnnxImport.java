package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.operator.Attributes;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.Operators;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a {@link Graph} of an ONNX model: the nodes that its scores depend on, and no others. */
final class OnnxImport {
  private final ModelProto model;
  private final OnnxSignature signature;
  private final ExternalData external;
  private final String name;
  private final Operators known;

  /**
   * Prepares the import.
   *
   * @param name what to call the model in messages
   * @param known the operators that there are
   */
  OnnxImport(
      ModelProto model,
      OnnxSignature signature,
      ExternalData external,
      String name,
      Operators known) {
    this.model = model;
    this.signature = signature;
    this.external = external;
    this.name = name;
    this.known = known;
  }

  /**
   * The graph.
   *
   * @throws UnsupportedOperatorException if the white box lacks an operator, or one of its settings
   * @throws TouchstoneException if the file is corrupt
   */
  Graph graph() {
    GraphProto graph = model.getGraph();
    refuseBrokenWiring(graph);
    List<GraphInput> inputs = signature.ofWhiteBox(graph);
    Map<String, Constant> constants = new LinkedHashMap<>();
    UnsupportedOperatorException refused = null;
    Set<String> needed = new HashSet<>();
    List<NodeProto> nodes = neededNodes(graph, needed);
    for (var tensor : graph.getInitializerList()) {
      if (needed.contains(tensor.getName())) {
        try {
          constants.put(tensor.getName(), tensor(tensor, tensor.getName()));
        } catch (UnsupportedOperatorException e) {
          // The others may still be corrupt, which is worse.
          refused = refused == null ? e : refused;
        }
      }
    }
    for (var sparse : graph.getSparseInitializerList()) {
      if (needed.contains(sparse.getValues().getName())) {
        refused =
            new UnsupportedOperatorException(
                "sparse weights \"" + sparse.getValues().getName() + "\" have no white-box form");
      }
    }
    if (refused != null) {
      throw refused;
    }
    return new Graph(
        inputs,
        signature.output(),
        read(rewritten(nodes, needed, constants), needed, constants),
        constants);
  }

  /** Every value is made before it is used: else the file is corrupt. */
  private void refuseBrokenWiring(GraphProto graph) {
    Set<String> made = new HashSet<>();
    made.add("");
    signature.inputs().forEach(input -> made.add(input.name()));
    graph.getInitializerList().forEach(tensor -> made.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(tensor -> made.add(tensor.getValues().getName()));
    for (NodeProto node : graph.getNodeList()) {
      for (String input : node.getInputList()) {
        if (!made.contains(input)) {
          throw new TouchstoneException(
              name
                  + ": "
                  + node.getOpType()
                  + " uses \""
                  + input
                  + "\", which nothing makes: the file is corrupt");
        }
      }
      for (String output : node.getOutputList()) {
        if (!made.add(output) && !output.isEmpty()) {
          throw new TouchstoneException(
              name
                  + ": "
                  + node.getOpType()
                  + " makes \""
                  + output
                  + "\", which is there already: the file is corrupt");
        }
      }
    }
    if (signature.output().isEmpty() || !made.contains(signature.output())) {
      throw new TouchstoneException(
          name + ": nothing makes the output \"" + signature.output() + "\": the file is corrupt");
    }
  }

  private List<NodeProto> neededNodes(GraphProto graph, Set<String> needed) {
    needed.add(signature.output());
    List<NodeProto> nodes = new ArrayList<>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(o -> !o.isEmpty() && needed.contains(o))) {
        nodes.add(node);
        needed.addAll(node.getInputList());
      }
    }
    Collections.reverse(nodes);
    return nodes;
  }

  /** The nodes with linear models taken apart; what these hand on among themselves is needed. */
  private List<NodeProto> rewritten(
      List<NodeProto> nodes, Set<String> needed, Map<String, Constant> constants) {
    LinearModels linear = new LinearModels(this::tensor, constants);
    List<NodeProto> all = new ArrayList<>();
    for (NodeProto node : nodes) {
      List<NodeProto> parts = linear.rewritten(node);
      if (!parts.equals(List.of(node))) {
        refuseUnmade(node, parts, needed);
        parts.forEach(part -> needed.addAll(part.getOutputList()));
      }
      all.addAll(parts);
    }
    return all;
  }

  private void refuseUnmade(NodeProto node, List<NodeProto> parts, Set<String> needed) {
    for (String output : node.getOutputList()) {
      boolean made = parts.stream().anyMatch(part -> part.getOutputList().contains(output));
      if (!made && needed.contains(output)) {
        throw new Attributes(node, this::tensor)
            .unsupported("its output \"" + output + "\" is used");
      }
    }
  }

  private List<Node> read(
      List<NodeProto> protos, Set<String> needed, Map<String, Constant> constants) {
    Map<String, Long> versions = new HashMap<>();
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      versions.put(domain(set.getDomain()), set.getVersion());
    }
    List<Node> nodes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (NodeProto proto : protos) {
      Attributes attributes = new Attributes(proto, this::tensor);
      if (proto.getOpType().equals("Constant")) {
        constants.put(proto.getOutput(0), constant(attributes));
        continue;
      }
      String given =
          proto.getName().isEmpty() ? proto.getOpType() + "_" + nodes.size() : proto.getName();
      String nodeName = names.add(given) ? given : given + "_" + nodes.size();
      names.add(nodeName);
      String domain = domain(proto.getDomain());
      long version = versions.getOrDefault(domain, 1L);
      List<Operator> operators = operators(proto, domain, attributes, version);
      for (int i = 0; i < proto.getOutputCount(); i++) {
        if (!needed.contains(proto.getOutput(i)) || proto.getOutput(i).isEmpty()) {
          continue;
        }
        if (i >= operators.size()) {
          throw attributes.unsupported("its output number " + (i + 1) + " is used");
        }
        nodes.add(
            new Node(
                i == 0 ? nodeName : nodeName + "_output" + i,
                known.isOwn(domain, proto.getOpType())
                    ? domain + ":" + proto.getOpType()
                    : proto.getOpType(),
                operators.get(i),
                known.definition(domain, attributes, version, i),
                inputs(proto, operators.get(i)),
                proto.getOutput(i)));
      }
    }
    return nodes;
  }

  /** The node's inputs, without the names of those on which one of its outputs does not depend. */
  private static List<String> inputs(NodeProto node, Operator operator) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    for (int i = 0; i < inputs.size(); i++) {
      if (!operator.dependsOn(i)) {
        inputs.set(i, "");
      }
    }
    return inputs;
  }

  /** What an operator's own reader cannot read is not to end a run without the node's name. */
  private List<Operator> operators(
      NodeProto node, String domain, Attributes attributes, long version) {
    try {
      return known.read(domain, attributes, version);
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TouchstoneException(
          name
              + ": "
              + node.getOpType()
              + " "
              + node.getName()
              + " cannot be read: "
              + e.getMessage()
              + "; the file is corrupt",
          e);
    }
  }

  private Constant tensor(TensorProto tensor, String called) {
    return OnnxTensors.read(tensor, called, external);
  }

  private static String domain(String given) {
    return given.equals("ai.onnx") ? "" : given;
  }

  private static Constant constant(Attributes attributes) {
    if (attributes.has("value")) {
      return attributes.tensor("value");
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
    if (attributes.has("value_floats")) {
      float[] values = attributes.numbers("value_floats");
      return Constant.of(values, values.length);
    }
    throw attributes.unsupported("a constant of this kind");
  }
}

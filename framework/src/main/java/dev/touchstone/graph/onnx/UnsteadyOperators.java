package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operators of an ONNX file by which an answer depends on more than its example, wherever they
 * stand: in the graph, in the branches and bodies of its nodes, and in functions.
 *
 * @param unsteady those that draw at random or run in training mode, with their nodes' names
 * @param quantising those that take one scale for all that they are given at once: the standard's
 *     {@code DynamicQuantizeLinear} and its fused forms
 */
record UnsteadyOperators(List<String> unsteady, List<String> quantising) {
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  /** Copies the lists. */
  UnsteadyOperators {
    unsteady = List.copyOf(unsteady);
    quantising = List.copyOf(quantising);
  }

  static UnsteadyOperators of(ModelProto model) {
    List<String> unsteady = new ArrayList<>();
    List<String> quantising = new ArrayList<>();
    visit(model.getGraph(), unsteady, quantising);
    model
        .getFunctionsList()
        .forEach(function -> visit(function.getNodeList(), Map.of(), unsteady, quantising));
    return new UnsteadyOperators(unsteady, quantising);
  }

  private static void visit(GraphProto graph, List<String> unsteady, List<String> quantising) {
    Map<String, TensorProto> weights = new HashMap<>();
    graph.getInitializerList().forEach(tensor -> weights.put(tensor.getName(), tensor));
    visit(graph.getNodeList(), weights, unsteady, quantising);
  }

  private static void visit(
      List<NodeProto> nodes,
      Map<String, TensorProto> weights,
      List<String> unsteady,
      List<String> quantising) {
    Map<String, TensorProto> known = new HashMap<>(weights);
    for (NodeProto node : nodes) {
      String type = node.getOpType();
      String named = node.getName().isEmpty() ? type : type + " (node " + node.getName() + ")";
      if (RANDOM.contains(type)) {
        unsteady.add(named);
      } else if (trains(node, known)) {
        unsteady.add(named + " in training mode");
      } else if (type.startsWith("DynamicQuantize")) {
        quantising.add(named);
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (type.equals("Constant") && attribute.hasT() && node.getOutputCount() > 0) {
          known.put(node.getOutput(0), attribute.getT());
        }
        if (attribute.hasG()) {
          visit(attribute.getG(), unsteady, quantising);
        }
        attribute.getGraphsList().forEach(graph -> visit(graph, unsteady, quantising));
      }
    }
  }

  /**
   * Batch normalisation says so in an attribute, and before that existed by handing out what it
   * measured; dropout by its third input.
   */
  private static boolean trains(NodeProto node, Map<String, TensorProto> known) {
    return switch (node.getOpType()) {
      case "BatchNormalization" ->
          node.getOutputList().stream().skip(1).anyMatch(output -> !output.isEmpty())
              || node.getAttributeList().stream()
                  .anyMatch(a -> a.getName().equals("training_mode") && a.getI() == 1);
      case "Dropout" ->
          node.getInputCount() > 2
              && !node.getInput(2).isEmpty()
              && !isFalse(known.get(node.getInput(2)));
      default -> false;
    };
  }

  private static boolean isFalse(@Nullable TensorProto tensor) {
    if (tensor == null) {
      return false;
    }
    return tensor.getRawData().isEmpty()
        ? tensor.getInt32DataList().stream().allMatch(value -> value == 0)
        : tensor.getRawData().byteAt(0) == 0;
  }
}

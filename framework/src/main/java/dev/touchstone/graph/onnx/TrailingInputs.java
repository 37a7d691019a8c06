package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Leaves out the empty names at the end of nodes' inputs. To ONNX they mean the same as fewer
 * inputs, and some exporters write them; ONNX Runtime does not take them everywhere. A linear
 * classifier without intercepts gets those that are meant: zeros.
 */
final class TrailingInputs {
  private final Map<String, Long> versions;

  private TrailingInputs(Map<String, Long> versions) {
    this.versions = versions;
  }

  /**
   * A model without them.
   *
   * @param file the model as it is written
   * @return the very array given, where there is nothing to leave out
   */
  static byte[] dropped(ModelProto model, byte[] file) {
    TrailingInputs ofGraph = of(model.getOpsetImportList());
    boolean any = ofGraph.in(model.getGraph().getNodeList());
    for (FunctionProto function : model.getFunctionsList()) {
      any |= of(function.getOpsetImportList()).in(function.getNodeList());
    }
    if (!any) {
      return file;
    }
    ModelProto.Builder without = model.toBuilder();
    ofGraph.drop(without.getGraphBuilder());
    for (FunctionProto.Builder function : without.getFunctionsBuilderList()) {
      function.getNodeBuilderList().forEach(of(function.getOpsetImportList())::drop);
    }
    return without.build().toByteArray();
  }

  private static TrailingInputs of(List<OperatorSetIdProto> sets) {
    return new TrailingInputs(OnnxNodes.versions(sets));
  }

  /** How many inputs remain; a loop's first two stay, as it counts what follows on them. */
  private int kept(NodeProtoOrBuilder node) {
    String domain = OnnxNodes.domain(node.getDomain());
    int least =
        OnnxSchemas.of(domain, node.getOpType(), versions.getOrDefault(domain, 1L))
            .map(OnnxSchemas.Schema::leastInputs)
            .orElse(Integer.MAX_VALUE);
    int inputs = node.getInputCount();
    while (inputs > least && node.getInput(inputs - 1).isEmpty()) {
      inputs--;
    }
    return inputs;
  }

  private static boolean lacksIntercepts(NodeProtoOrBuilder node) {
    return node.getDomain().equals(LearnedAttributes.DOMAIN)
        && node.getOpType().equals("LinearClassifier")
        && node.getAttributeList().stream()
            .noneMatch(a -> a.getName().equals("intercepts") && a.getFloatsCount() > 0);
  }

  private static void withIntercepts(NodeProto.Builder node) {
    int classes = 0;
    for (int i = node.getAttributeCount() - 1; i >= 0; i--) {
      AttributeProto attribute = node.getAttribute(i);
      switch (attribute.getName()) {
        case "classlabels_ints" -> classes = Math.max(classes, attribute.getIntsCount());
        case "classlabels_strings" -> classes = Math.max(classes, attribute.getStringsCount());
        case "intercepts" -> node.removeAttribute(i);
        default -> {
          // The coefficients stay what they are.
        }
      }
    }
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName("intercepts")
            .setType(AttributeProto.AttributeType.FLOATS)
            .addAllFloats(Collections.nCopies(classes, 0f)));
  }

  private boolean in(List<NodeProto> nodes) {
    return nodes.stream().anyMatch(this::in);
  }

  private boolean in(NodeProto node) {
    return kept(node) < node.getInputCount()
        || lacksIntercepts(node)
        || node.getAttributeList().stream()
            .anyMatch(
                attribute ->
                    in(attribute.getG().getNodeList())
                        || attribute.getGraphsList().stream()
                            .anyMatch(graph -> in(graph.getNodeList())));
  }

  private void drop(GraphProto.Builder graph) {
    graph.getNodeBuilderList().forEach(this::drop);
  }

  private void drop(NodeProto.Builder node) {
    int inputs = kept(node);
    if (inputs < node.getInputCount()) {
      List<String> kept = List.copyOf(node.getInputList().subList(0, inputs));
      node.clearInput().addAllInput(kept);
    }
    if (lacksIntercepts(node)) {
      withIntercepts(node);
    }
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        drop(attribute.getGBuilder());
      }
      attribute.getGraphsBuilderList().forEach(this::drop);
    }
  }
}

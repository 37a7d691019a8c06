package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which node of a graph makes a value. */
final class NodeMakers {
  /** They change how a value is written or shaped, and nothing of what it means. */
  private static final Set<String> PASSING =
      Set.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten");

  private final Map<String, NodeProto> makers = new HashMap<>();
  private final int nodes;

  NodeMakers(GraphProto graph) {
    this.nodes = graph.getNodeCount();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> makers.put(output, node));
    }
  }

  /** What made a value; null of an input or a weight. */
  @Nullable NodeProto of(String value) {
    return makers.get(value);
  }

  /** What made a value, past the nodes that pass it on. */
  @Nullable NodeProto behind(String value) {
    NodeProto maker = makers.get(value);
    // A corrupt file may go in circles.
    for (int steps = 0; maker != null && steps < nodes; steps++) {
      if (!PASSING.contains(maker.getOpType()) || maker.getInputCount() == 0) {
        return maker;
      }
      maker = makers.get(maker.getInput(0));
    }
    return null;
  }
}

package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether an output is what a regressor of {@code ai.onnx.ml} predicts, as it predicts it. */
final class RegressorOutput {
  private static final Set<String> REGRESSORS =
      Set.of("LinearRegressor", "SVMRegressor", "TreeEnsembleRegressor");

  /** They change how a value is written or shaped, and nothing of what it means. */
  private static final Set<String> PASSING =
      Set.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten");

  private RegressorOutput() {}

  /**
   * The operator and its node that make an output; empty where no regressor does, and where it
   * predicts several numbers, which a classifier's scores are then.
   */
  static Optional<String> of(GraphProto graph, String output) {
    Map<String, NodeProto> makers = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(made -> makers.put(made, node));
    }
    NodeProto maker = makers.get(output);
    // A corrupt file may go round in circles.
    for (int i = 0; i < graph.getNodeCount() && maker != null && passes(maker); i++) {
      maker = makers.get(maker.getInput(0));
    }
    return Optional.ofNullable(maker)
        .filter(made -> REGRESSORS.contains(made.getOpType()) && targets(made) == 1)
        .map(
            made ->
                made.getName().isEmpty()
                    ? made.getOpType()
                    : "%s (node %s)".formatted(made.getOpType(), made.getName()));
  }

  private static long targets(NodeProto regressor) {
    return regressor.getAttributeList().stream()
        .filter(a -> a.getName().equals("n_targets") || a.getName().equals("targets"))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(1);
  }

  private static boolean passes(NodeProto node) {
    return PASSING.contains(node.getOpType()) && node.getInputCount() > 0;
  }
}

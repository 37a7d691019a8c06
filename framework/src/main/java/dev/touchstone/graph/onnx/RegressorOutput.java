package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;
import java.util.Set;

/** Whether an output is what a regressor of {@code ai.onnx.ml} predicts, as it predicts it. */
final class RegressorOutput {
  private static final Set<String> REGRESSORS =
      Set.of("LinearRegressor", "SVMRegressor", "TreeEnsembleRegressor");

  private RegressorOutput() {}

  /**
   * The operator and its node that make an output; empty where no regressor does, and where it
   * predicts several numbers, which a classifier's scores are then.
   */
  static Optional<String> of(GraphProto graph, String output) {
    return Optional.ofNullable(new NodeMakers(graph).behind(output))
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
}

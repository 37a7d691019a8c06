package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether an input of whole numbers is one of amounts, such as grey levels, and not of places in a
 * table, such as words: then every use of it is a cast to floating point, perhaps of its values in
 * another arrangement, and what the model makes of it has derivatives.
 */
final class NumericInput {
  private static final Set<Integer> FLOATING =
      Set.of(
          TensorProto.DataType.FLOAT_VALUE,
          TensorProto.DataType.DOUBLE_VALUE,
          TensorProto.DataType.FLOAT16_VALUE);

  /** They arrange the values of their first input. */
  private static final Set<String> ARRANGING =
      Set.of(
          "Flatten", "Gather", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze");

  private NumericInput() {}

  static boolean isCastFirst(GraphProto graph, String input) {
    Deque<String> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    open.add(input);
    boolean used = false;
    while (!open.isEmpty()) {
      String value = open.remove();
      if (!seen.add(value)) {
        continue;
      }
      for (NodeProto node : graph.getNodeList()) {
        if (!node.getInputList().contains(value)) {
          continue;
        }
        used = true;
        if (node.getOpType().equals("Cast") && FLOATING.contains(castTo(node))) {
          continue;
        }
        boolean arranges =
            ARRANGING.contains(node.getOpType()) && node.getInputList().lastIndexOf(value) == 0;
        if (!arranges) {
          return false;
        }
        open.addAll(node.getOutputList());
      }
    }
    return used;
  }

  /** Whether anything is computed in half precision: it is cast to, or taken. */
  static boolean isHalfSomewhere(GraphProto graph) {
    return graph.getInputList().stream()
            .anyMatch(
                input ->
                    input.getType().getTensorType().getElemType()
                        == TensorProto.DataType.FLOAT16_VALUE)
        || graph.getNodeList().stream()
            .anyMatch(
                node ->
                    node.getOpType().equals("Cast")
                        && castTo(node) == TensorProto.DataType.FLOAT16_VALUE);
  }

  private static int castTo(NodeProto cast) {
    return cast.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals("to"))
        .mapToInt(attribute -> (int) attribute.getI())
        .findFirst()
        .orElse(0);
  }
}

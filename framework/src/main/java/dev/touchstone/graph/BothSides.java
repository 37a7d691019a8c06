package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The probabilities of two classes as sigmoids of −z and of z, each divided by the sum of both,
 * which is 1: so skl2onnx writes a logistic regression in double precision. That the two scores are
 * one with either sign is read of the last layer's weights.
 */
final class BothSides {
  private final Graph graph;

  private BothSides(Graph graph) {
    this.graph = graph;
  }

  /** Whether a node divides such probabilities by their sum, and so hands on what it gets. */
  static boolean areDividedBy(Graph graph, Node node) {
    return new BothSides(graph).areDividedBy(node);
  }

  /** Whether of a value's two columns the first is the second with a minus. */
  static boolean areOpposite(Graph graph, String value) {
    return new BothSides(graph).isOpposite(value);
  }

  private boolean areDividedBy(Node quotient) {
    if (!quotient.type().equals("Div")) {
      return false;
    }
    String shares = quotient.inputs().get(0);
    Node sigmoid = made("Sigmoid", shares);
    Node sum = made("ReduceSum", quotient.inputs().get(1));
    if (sigmoid == null
        || sum == null
        || !ClassAxis.isNamedBy(graph, sum)
        || !ClassAxis.isKeptBy(sum)) {
      return false;
    }
    Node magnitudes = made("Abs", sum.inputs().get(0));
    String summed = magnitudes == null ? sum.inputs().get(0) : magnitudes.inputs().get(0);
    return summed.equals(shares) && isOpposite(sigmoid.inputs().get(0));
  }

  /** Whether of a value's two columns the first is the second with a minus. */
  private boolean isOpposite(String value) {
    Node node = graph.maker(value);
    if (node == null) {
      return false;
    }
    return switch (node.type()) {
      case "Identity" -> isOpposite(node.inputs().get(0));
      case "Add" ->
          isOppositeRow(node.inputs().get(1)) && isOpposite(node.inputs().get(0))
              || isOppositeRow(node.inputs().get(0)) && isOpposite(node.inputs().get(1));
      case "MatMul" -> areOppositeColumns(node.inputs().get(1), false);
      case "Gemm" ->
          areOppositeColumns(
                  node.inputs().get(1), Long.valueOf(1).equals(node.attributes().get("transB")))
              && (node.inputs().size() < 3 || isOppositeRow(node.inputs().get(2)));
      default -> false;
    };
  }

  private boolean isOppositeRow(String value) {
    Constant row = graph.constants().get(value);
    return row != null && row.floating() && row.size() == 2 && row.floats()[0] == -row.floats()[1];
  }

  private boolean areOppositeColumns(String value, boolean transposed) {
    Constant matrix = graph.constants().get(value);
    if (matrix == null
        || !matrix.floating()
        || matrix.shape().length != 2
        || matrix.shape()[transposed ? 0 : 1] != 2) {
      return false;
    }
    float[] values = matrix.floats();
    int rows = values.length / 2;
    return IntStream.range(0, rows)
        .allMatch(
            i -> transposed ? values[i] == -values[rows + i] : values[2 * i] == -values[2 * i + 1]);
  }

  private @Nullable Node made(String type, String value) {
    Node node = graph.maker(value);
    return node != null && node.type().equals(type) ? node : null;
  }
}

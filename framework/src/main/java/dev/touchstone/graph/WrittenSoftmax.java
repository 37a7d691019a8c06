package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A softmax, or its logarithm, that a file writes out of simpler operators, as TensorFlow's
 * converters do: {@code exp(z) / Σ exp(z)}, {@code z − log Σ exp(z)}, or {@code z − logsumexp(z)},
 * where z are the scores, or the scores without their maximum.
 */
final class WrittenSoftmax {
  private final Graph graph;

  private WrittenSoftmax(Graph graph) {
    this.graph = graph;
  }

  /**
   * Returns the value whose softmax, or the logarithm of it, a node is the last step of; null if it
   * is none.
   */
  static @Nullable String scoresOf(Graph graph, Node node) {
    return new WrittenSoftmax(graph).scoresOf(node);
  }

  private @Nullable String scoresOf(Node node) {
    String shifted =
        switch (node.type()) {
          case "Div" -> exponentsOfQuotient(node);
          case "Sub" -> exponentsOfDifference(node);
          default -> null;
        };
    return shifted == null ? null : withoutMaximum(shifted);
  }

  /** The z of {@code exp(z) / Σ exp(z)}. */
  private @Nullable String exponentsOfQuotient(Node quotient) {
    Node exponential = made("Exp", quotient.inputs().get(0));
    return exponential != null && isSum(quotient.inputs().get(1), exponential.output())
        ? exponential.inputs().get(0)
        : null;
  }

  /** The z of {@code z − log Σ exp(z)}. */
  private @Nullable String exponentsOfDifference(Node difference) {
    String z = difference.inputs().get(0);
    String subtracted = difference.inputs().get(1);
    Node whole = made("ReduceLogSumExp", subtracted);
    if (whole != null) {
      return whole.inputs().get(0).equals(z) && isOverClasses(whole) ? z : null;
    }
    Node logarithm = made("Log", subtracted);
    Node sum = logarithm == null ? null : made("ReduceSum", logarithm.inputs().get(0));
    Node exponential = sum == null ? null : made("Exp", sum.inputs().get(0));
    return sum != null
            && exponential != null
            && isOverClasses(sum)
            && exponential.inputs().get(0).equals(z)
        ? z
        : null;
  }

  private boolean isSum(String value, String of) {
    Node sum = made("ReduceSum", value);
    return sum != null && sum.inputs().get(0).equals(of) && isOverClasses(sum);
  }

  /** The scores that z is without their maximum, which changes no softmax; else z itself. */
  private String withoutMaximum(String z) {
    Node difference = made("Sub", z);
    if (difference == null) {
      return z;
    }
    String scores = difference.inputs().get(0);
    Node maximum = made("ReduceMax", difference.inputs().get(1));
    return maximum != null && maximum.inputs().get(0).equals(scores) && isOverClasses(maximum)
        ? scores
        : z;
  }

  private @Nullable Node made(String type, String value) {
    Node node = graph.maker(value);
    while (node != null && node.type().equals("Identity")) {
      node = graph.maker(node.inputs().get(0));
    }
    return node != null && node.type().equals(type) ? node : null;
  }

  /** Whether a node reduces the axis behind the examples', or the last, and keeps it. */
  private boolean isOverClasses(Node reduction) {
    long[] axes = axes(reduction);
    boolean kept = !Long.valueOf(0).equals(reduction.attributes().get("keepdims"));
    return kept && axes.length == 1 && (axes[0] == 1 || axes[0] == -1);
  }

  /** The axes that a node names, in an attribute or, in later operator sets, a constant. */
  private long[] axes(Node reduction) {
    if (reduction.attributes().get("axes") instanceof List<?> given) {
      return given.stream().mapToLong(axis -> ((Number) axis).longValue()).toArray();
    }
    Constant named =
        reduction.inputs().size() > 1 ? graph.constants().get(reduction.inputs().get(1)) : null;
    return named == null ? new long[0] : Arrays.copyOf(named.longs(), named.longs().length);
  }
}

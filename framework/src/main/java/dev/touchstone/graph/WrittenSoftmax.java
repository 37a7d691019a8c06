package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A softmax, or its logarithm, that a file writes out of simpler operators, as converters from
 * TensorFlow and JAX do: {@code exp(z) / Σ exp(z)}, {@code z − log Σ exp(z)}, or {@code z −
 * logsumexp(z)}, where z are the scores, or the scores without their maximum.
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
    if (exponential == null) {
      return null;
    }
    String summed = ofEachExample("ReduceSum", new Spread(quotient.inputs().get(1), false));
    return exponential.output().equals(summed) ? exponential.inputs().get(0) : null;
  }

  /** The z of {@code z − log Σ exp(z)}. */
  private @Nullable String exponentsOfDifference(Node difference) {
    String z = difference.inputs().get(0);
    Spread subtracted = spread(difference.inputs().get(1));
    if (z.equals(ofEachExample("ReduceLogSumExp", subtracted))) {
      return z;
    }
    Node logarithm = made("Log", subtracted.value());
    if (logarithm == null) {
      return null;
    }
    String summed =
        ofEachExample("ReduceSum", new Spread(logarithm.inputs().get(0), subtracted.shaped()));
    Node exponential = summed == null ? null : made("Exp", summed);
    return exponential != null && exponential.inputs().get(0).equals(z) ? z : null;
  }

  /** The scores that z is without their maximum, which changes no softmax; else z itself. */
  private String withoutMaximum(String z) {
    Node difference = made("Sub", z);
    if (difference == null) {
      return z;
    }
    String scores = difference.inputs().get(0);
    Spread subtracted = new Spread(difference.inputs().get(1), false);
    return scores.equals(ofEachExample("ReduceMax", subtracted)) ? scores : z;
  }

  /**
   * A number of each example, as it was before it was spread over the classes.
   *
   * @param shaped whether it was given an axis of classes on the way
   */
  private record Spread(String value, boolean shaped) {}

  /**
   * Takes back what spreads numbers over classes. A number of each example that is at least some
   * constant is one all the same: converters put -∞ there.
   */
  private Spread spread(String value) {
    return spread(new Spread(value, false));
  }

  private Spread spread(Spread from) {
    Spread found = from;
    for (Node node = graph.maker(from.value()); node != null; node = graph.maker(found.value())) {
      List<String> computed =
          node.inputs().stream().filter(input -> !graph.constants().containsKey(input)).toList();
      switch (node.type()) {
        case "Identity" -> found = new Spread(node.inputs().get(0), found.shaped());
        case "Reshape", "Expand", "Unsqueeze" -> found = new Spread(node.inputs().get(0), true);
        case "Max" -> {
          if (computed.size() != 1) {
            return found;
          }
          found = new Spread(computed.get(0), found.shaped());
        }
        default -> {
          return found;
        }
      }
    }
    return found;
  }

  /** What a reduction over the classes is of, that was spread over them; null if it is none. */
  private @Nullable String ofEachExample(String reduction, Spread spread) {
    Spread before = spread(spread);
    Node node = made(reduction, before.value());
    return node != null && isOverClasses(node, before.shaped()) ? node.inputs().get(0) : null;
  }

  private @Nullable Node made(String type, String value) {
    Node node = graph.maker(value);
    while (node != null && node.type().equals("Identity")) {
      node = graph.maker(node.inputs().get(0));
    }
    return node != null && node.type().equals(type) ? node : null;
  }

  /** Whether a node reduces the axis behind the examples', or the last, and has it afterwards. */
  private boolean isOverClasses(Node reduction, boolean shaped) {
    long[] axes = axes(reduction);
    boolean kept = !Long.valueOf(0).equals(reduction.attributes().get("keepdims"));
    return (kept || shaped) && axes.length == 1 && (axes[0] == 1 || axes[0] == -1);
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

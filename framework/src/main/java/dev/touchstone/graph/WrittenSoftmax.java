package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A softmax, or its logarithm, that a file writes out of simpler operators, as converters from
 * TensorFlow and JAX do: {@code exp(z) / Σ exp(z)}, {@code z − log Σ exp(z)}, or {@code z −
 * logsumexp(z)}, where z are the scores, or the scores without their maximum.
 */
final class WrittenSoftmax {
  private static final long[] ONE = {1};

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
    String summed = ofEachExample("ReduceSum", Spread.at(quotient.inputs().get(1)));
    return exponential.output().equals(summed) ? exponential.inputs().get(0) : null;
  }

  /** The z of {@code z − log Σ exp(z)}. */
  private @Nullable String exponentsOfDifference(Node difference) {
    String z = difference.inputs().get(0);
    Spread subtracted = spread(Spread.at(difference.inputs().get(1)), false);
    if (z.equals(ofEachExample("ReduceLogSumExp", subtracted))) {
      return z;
    }
    Node logarithm = made("Log", subtracted.value());
    if (logarithm == null) {
      return null;
    }
    String summed =
        ofEachExample("ReduceSum", new Spread(logarithm.inputs().get(0), subtracted.by()));
    Node exponential = summed == null ? null : made("Exp", summed);
    return exponential != null && exponential.inputs().get(0).equals(z) ? z : null;
  }

  /**
   * The scores that z is without their maximum, which changes no softmax; else z itself. What is at
   * least some number will do as well: converters put -∞ there.
   */
  private String withoutMaximum(String z) {
    Node difference = made("Sub", z);
    if (difference == null) {
      return z;
    }
    String scores = difference.inputs().get(0);
    Spread subtracted = spread(Spread.at(difference.inputs().get(1)), true);
    return scores.equals(ofEachExample("ReduceMax", subtracted)) ? scores : z;
  }

  /**
   * A number of each example, as it was before it was spread over the classes.
   *
   * @param by what gave it another shape since, the last first
   */
  private record Spread(String value, List<Node> by) {

    static Spread at(String value) {
      return new Spread(value, List.of());
    }

    Spread before(String earlier) {
      return new Spread(earlier, by);
    }

    Spread before(Node node) {
      List<Node> all = new ArrayList<>(by);
      all.add(node);
      return new Spread(node.inputs().get(0), all);
    }
  }

  /** Takes back what spreads numbers over classes, and, if it may, what bounds them from below. */
  private Spread spread(Spread from, boolean bounded) {
    Spread found = from;
    for (Node node = graph.maker(from.value()); node != null; node = graph.maker(found.value())) {
      switch (node.type()) {
        case "Identity" -> found = found.before(node.inputs().get(0));
        case "Reshape", "Expand", "Unsqueeze" -> found = found.before(node);
        case "Max" -> {
          String computed = besideANumber(node);
          if (!bounded || computed == null) {
            return found;
          }
          found = found.before(computed);
        }
        default -> {
          return found;
        }
      }
    }
    return found;
  }

  /** The input of a node whose others are single numbers; null if there is none. */
  private @Nullable String besideANumber(Node node) {
    List<String> others = node.inputs().stream().filter(input -> !isANumber(input)).toList();
    return others.size() == 1 ? others.get(0) : null;
  }

  private boolean isANumber(String input) {
    Constant constant = graph.constants().get(input);
    return constant != null && constant.size() == 1;
  }

  /** What a reduction over the classes is of, that was spread over them; null if it is none. */
  private @Nullable String ofEachExample(String reduction, Spread spread) {
    Spread before = spread(spread, false);
    Node node = made(reduction, before.value());
    return node != null && ClassAxis.isNamedBy(graph, node) && isAColumn(node, before.by())
        ? node.inputs().get(0)
        : null;
  }

  private @Nullable Node made(String type, String value) {
    Node node = graph.maker(value);
    while (node != null && node.type().equals("Identity")) {
      node = graph.maker(node.inputs().get(0));
    }
    return node != null && node.type().equals(type) ? node : null;
  }

  /**
   * Whether a reduction's numbers are one for each example, with an axis of classes, when the
   * scores meet them: it is kept, or given back. Numbers without it would lie along the classes.
   */
  private boolean isAColumn(Node reduction, List<Node> spreading) {
    boolean column = ClassAxis.isKeptBy(reduction);
    for (int i = spreading.size() - 1; i >= 0; i--) {
      Node node = spreading.get(i);
      switch (node.type()) {
        case "Reshape" -> column = endsInOne(node.inputs().get(1));
        case "Unsqueeze" -> column = !column && ClassAxis.isNamedBy(graph, node);
        default -> {
          // Broadcasting leaves a column's numbers with their examples.
        }
      }
      if (!column) {
        return false;
      }
    }
    return column;
  }

  /** Whether a shape is of two axes, the second of length 1, however the first is computed. */
  private boolean endsInOne(String shape) {
    Constant known = graph.constants().get(shape);
    if (known != null) {
      long[] lengths = known.longs();
      return lengths.length == 2 && lengths[1] == 1;
    }
    Node node = graph.maker(shape);
    if (node == null) {
      return false;
    }
    return switch (node.type()) {
      case "Cast", "Identity" -> endsInOne(node.inputs().get(0));
      case "Concat" -> {
        Constant last = graph.constants().get(node.inputs().get(node.inputs().size() - 1));
        yield node.inputs().size() == 2 && last != null && Arrays.equals(last.longs(), ONE);
      }
      default -> false;
    };
  }
}

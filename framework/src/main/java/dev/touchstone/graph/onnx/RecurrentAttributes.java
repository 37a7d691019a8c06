package dev.touchstone.graph.onnx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX says in prose about recurrent layers: with d directions, g gates and h hidden units the
 * weights are {@code [d, g·h, inputs]}, {@code [d, g·h, h]} and {@code [d, 2·g·h]}, the states
 * {@code [d, batch, h]}, the peepholes {@code [d, 3·h]}.
 */
final class RecurrentAttributes {
  private static final Map<String, Integer> GATES = Map.of("RNN", 1, "GRU", 3, "LSTM", 4);
  private static final Map<String, Integer> ACTIVATIONS = Map.of("RNN", 1, "GRU", 2, "LSTM", 3);
  private static final int WEIGHTS = 1;
  private static final int RECURRENT = 2;
  private static final int BIAS = 3;
  private static final int LENGTHS = 4;
  private static final int STATE = 5;
  private static final int CELLS = 6;
  private static final int PEEPHOLES = 7;
  private static final long ANY = -1;

  private final NodeFacts node;

  private RecurrentAttributes(NodeFacts node) {
    this.node = node;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is, or if it is no recurrent layer.
   */
  static @Nullable String problem(NodeFacts node) {
    return GATES.containsKey(node.type()) ? new RecurrentAttributes(node).problem() : null;
  }

  private @Nullable String problem() {
    String direction = node.text("direction", "forward");
    if (!List.of("forward", "reverse", "bidirectional").contains(direction)) {
      return "has direction = \"" + direction + "\"";
    }
    long directions = direction.equals("bidirectional") ? 2 : 1;
    long functions = directions * ACTIVATIONS.getOrDefault(node.type(), 0);
    int given = node.texts("activations").size();
    if (node.has("activations") && given != functions) {
      return "has "
          + given
          + " activations; in "
          + directions
          + (directions == 1 ? " direction" : " directions")
          + " it has "
          + functions;
    }
    long[] recurrent = node.shape(RECURRENT);
    long hidden =
        node.whole("hidden_size", recurrent != null && recurrent.length == 3 ? recurrent[2] : ANY);
    long layout = node.whole("layout", 0);
    if (layout != 0 && layout != 1) {
      return "has layout = " + layout + "; it is 0 or 1";
    }
    boolean batchFirst = layout == 1;
    return hidden == ANY ? null : shapes(directions, hidden, batchFirst);
  }

  private @Nullable String shapes(long directions, long hidden, boolean batchFirst) {
    long rows = hidden * GATES.getOrDefault(node.type(), 0);
    long[] x = node.shape(0);
    long inputs = x == null || x.length != 3 ? ANY : x[2];
    long batch = x == null || x.length != 3 ? ANY : x[batchFirst ? 0 : 1];
    long[] state =
        batchFirst
            ? new long[] {batch, directions, hidden}
            : new long[] {directions, batch, hidden};
    String problem = input(WEIGHTS, directions, rows, inputs);
    problem = problem != null ? problem : input(RECURRENT, directions, rows, hidden);
    problem = problem != null ? problem : input(BIAS, directions, 2 * rows);
    problem = problem != null ? problem : input(LENGTHS, batch);
    problem = problem != null ? problem : input(STATE, state);
    if (problem == null && node.type().equals("LSTM")) {
      problem = input(CELLS, state);
      problem = problem != null ? problem : input(PEEPHOLES, directions, 3 * hidden);
    }
    return problem;
  }

  private @Nullable String input(int position, long... demanded) {
    long[] given = node.shape(position);
    if (given == null) {
      return null;
    }
    boolean fits = given.length == demanded.length;
    for (int axis = 0; fits && axis < given.length; axis++) {
      fits = given[axis] == ANY || demanded[axis] == ANY || given[axis] == demanded[axis];
    }
    return fits
        ? null
        : "takes \""
            + node.node().getInput(position)
            + "\" of shape "
            + SpatialAttributes.describe(given)
            + " as its input number "
            + (position + 1)
            + ", which has the shape "
            + SpatialAttributes.describe(demanded)
            + " here";
  }
}

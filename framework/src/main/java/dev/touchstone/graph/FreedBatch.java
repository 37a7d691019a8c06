package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Reshape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Frees the batch axis of a graph that was exported for a fixed number of examples: what names that
 * number is the inputs' first axis and, of every {@code Reshape} behind it, the first entry of the
 * shape it asks for. Whether the numbers stay those of the file only running both can tell; see
 * {@link WhiteBox#withFreeBatch}.
 */
final class FreedBatch {
  private FreedBatch() {}

  /**
   * The same graph for any number of examples, if nothing else in it depends on that number.
   *
   * @param graph one whose inputs' first axis is fixed
   */
  static Graph of(Graph graph) {
    long fixed = graph.batch();
    Map<String, Constant> constants = new LinkedHashMap<>(graph.constants());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Constant asked = askedOf(node, graph);
      if (asked == null || asked.size() == 0 || asked.longs()[0] != fixed) {
        nodes.add(node);
        continue;
      }
      long[] longs = asked.longs().clone();
      // 0 keeps the axis as it comes.
      longs[0] = 0;
      String name = node.name() + "/any-batch";
      constants.put(name, Constant.of(longs, asked.shape()));
      nodes.add(
          new Node(
              node.name(),
              node.type(),
              new Reshape(false),
              node.definition(),
              List.of(node.inputs().get(0), name),
              node.output()));
    }
    List<GraphInput> inputs = graph.inputs().stream().map(FreedBatch::freed).toList();
    return new Graph(inputs, graph.output(), nodes, constants);
  }

  private static GraphInput freed(GraphInput input) {
    int[] shape = input.shape();
    shape[0] = -1;
    return new GraphInput(input.name(), input.type(), shape);
  }

  /** The shape that a {@code Reshape} asks for; null of any other node, and if it is computed. */
  private static @Nullable Constant askedOf(Node node, Graph graph) {
    return node.operator() instanceof Reshape && node.inputs().size() == 2
        ? graph.constants().get(node.inputs().get(1))
        : null;
  }
}

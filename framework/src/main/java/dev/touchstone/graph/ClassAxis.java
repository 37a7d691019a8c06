package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import java.util.Arrays;
import java.util.List;

/** The axis of classes, behind the examples' or the last, as nodes name it. */
final class ClassAxis {
  private ClassAxis() {}

  /** Whether it is the one axis that a node reduces, or puts in. */
  static boolean isNamedBy(Graph graph, Node node) {
    long[] axes = axes(graph, node);
    return axes.length == 1 && (axes[0] == 1 || axes[0] == -1);
  }

  /** Whether a reduction leaves the axis it reduces, of length 1. */
  static boolean isKeptBy(Node reduction) {
    return !Long.valueOf(0).equals(reduction.attributes().get("keepdims"));
  }

  /** The axes that a node names, in an attribute or, in later operator sets, a constant. */
  private static long[] axes(Graph graph, Node node) {
    if (node.attributes().get("axes") instanceof List<?> given) {
      return given.stream().mapToLong(axis -> ((Number) axis).longValue()).toArray();
    }
    Constant named = node.inputs().size() > 1 ? graph.constants().get(node.inputs().get(1)) : null;
    return named == null ? new long[0] : Arrays.copyOf(named.longs(), named.longs().length);
  }
}

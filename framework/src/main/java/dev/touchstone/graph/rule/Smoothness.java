package dev.touchstone.graph.rule;

import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Cast;
import dev.touchstone.graph.operator.Constant;

/** Whether a model's score has derivatives of every order along any path of inputs. */
public final class Smoothness {
  private Smoothness() {}

  /** Returns whether no node between the input and the score has a kink, or is not known. */
  public static boolean of(WhiteBox box) {
    return of(box.graph());
  }

  static boolean of(Graph graph) {
    return graph.nodesOnTheWay().stream().allMatch(node -> isSmooth(node, graph));
  }

  private static boolean isSmooth(Node node, Graph graph) {
    return node.traits().isSmooth()
        || (node.operator() instanceof Cast cast && cast.keepsNumbers())
        || (node.type().equals("Pow") && isWholePower(node, graph));
  }

  /** x², x³ …: any other power has a kink at 0. */
  private static boolean isWholePower(Node node, Graph graph) {
    Constant exponent = graph.constants().get(node.inputs().get(1));
    if (exponent == null || exponent.size() != 1) {
      return false;
    }
    double value = exponent.floating() ? exponent.floats()[0] : exponent.longs()[0];
    return value >= 1 && value == Math.rint(value);
  }
}

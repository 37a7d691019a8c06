package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.linalg.GaussLegendre;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntFunction;

/** A weighted sum of gradients at nodes of the path. */
final class QuadratureRule implements PathRule {
  private final String name;
  private final GradientFunction gradients;
  private final IntFunction<Nodes> nodes;
  private final DoubleBinaryOperator bound;

  private QuadratureRule(
      String name,
      GradientFunction gradients,
      IntFunction<Nodes> nodes,
      DoubleBinaryOperator bound) {
    this.name = name;
    this.gradients = gradients;
    this.nodes = nodes;
    this.bound = bound;
  }

  /** Nodes in (0, 1) and their weights, which sum to 1. */
  record Nodes(double[] places, double[] weights) {}

  static QuadratureRule midpoint(GradientFunction gradients) {
    return new QuadratureRule(
        "midpoint rule", gradients, QuadratureRule::midpoints, PathRule::boundOfKinks);
  }

  static QuadratureRule gaussLegendre(GradientFunction gradients) {
    // Without kinks the error falls faster than any power, and the last difference is far above it.
    return new QuadratureRule(
        "Gauss-Legendre",
        gradients,
        QuadratureRule::gaussLegendreNodes,
        (halving, quartering) -> halving);
  }

  @Override
  public double bound(double halving, double quartering) {
    return bound.applyAsDouble(halving, quartering);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double[][] integrate(float[] from, Tensor to, Quantity quantity, int steps) {
    Nodes used = nodes.apply(steps);
    double[][] maps = new double[to.rows()][to.rowSize()];
    GradientQueue queue = new GradientQueue(gradients, to.shape(), quantity);
    for (int i = 0; i < maps.length; i++) {
      float[] end = to.row(i);
      double[] map = maps[i];
      for (int k = 0; k < steps; k++) {
        double weight = used.weights()[k];
        queue.add(
            PathRule.point(from, end, used.places()[k]),
            i,
            gradient -> addNode(map, gradient, weight, from, end));
      }
    }
    queue.flush();
    return maps;
  }

  private static void addNode(
      double[] map, double[] gradient, double weight, float[] start, float[] end) {
    for (int j = 0; j < map.length; j++) {
      map[j] += weight * gradient[j] * ((double) end[j] - start[j]);
    }
  }

  private static Nodes midpoints(int n) {
    double[] places = new double[n];
    double[] weights = new double[n];
    Arrays.setAll(places, k -> (k + 0.5) / n);
    Arrays.fill(weights, 1.0 / n);
    return new Nodes(places, weights);
  }

  static Nodes gaussLegendreNodes(int n) {
    GaussLegendre rule = GaussLegendre.ofPoints(n);
    return new Nodes(rule.places(), rule.weights());
  }
}

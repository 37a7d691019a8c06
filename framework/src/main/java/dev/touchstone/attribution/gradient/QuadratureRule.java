package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.RowQueue;
import dev.touchstone.graph.Quantity;
import dev.touchstone.linalg.GaussLegendre;
import dev.touchstone.runtime.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntFunction;

/** A weighted sum of gradients at nodes of the path. */
final class QuadratureRule implements PathRule {
  /** The rule that kinks harm least. */
  static final String MIDPOINT = "midpoint rule";

  private final String name;
  private final GradientFunction gradients;
  private final Summand summand;
  private final Progress progress;
  private final IntFunction<Nodes> nodes;
  private final DoubleBinaryOperator bound;

  private QuadratureRule(
      String name,
      GradientFunction gradients,
      Summand summand,
      Progress progress,
      IntFunction<Nodes> nodes,
      DoubleBinaryOperator bound) {
    this.name = name;
    this.gradients = gradients;
    this.summand = summand;
    this.progress = progress;
    this.nodes = nodes;
    this.bound = bound;
  }

  /** Nodes in (0, 1) and their weights, which sum to 1. */
  record Nodes(double[] places, double[] weights) {}

  /** Where a kink may stand anywhere. */
  static QuadratureRule midpoint(GradientFunction gradients, Summand summand, Progress progress) {
    return new QuadratureRule(
        MIDPOINT, gradients, summand, progress, QuadratureRule::midpoints, PathRule::boundOfKinks);
  }

  /** Where there are no kinks. */
  static QuadratureRule gaussLegendre(
      GradientFunction gradients, Summand summand, Progress progress) {
    // Without kinks the error falls faster than any power, and the last difference is far above it.
    return new QuadratureRule(
        "Gauss-Legendre",
        gradients,
        summand,
        progress,
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
  public void integrate(List<Fan> fans, Quantity quantity, int steps, Fan.Arrival arrival) {
    Nodes used = nodes.apply(steps);
    RowQueue<Consumer<double[]>> queue = gradients.queue(quantity, fans.get(0).shape());
    for (int f = 0; f < fans.size(); f++) {
      Fan fan = fans.get(f);
      for (int path = 0; path < fan.ends().length; path++) {
        add(fan, path, used, queue, arrival, f);
        progress.step(name + ", paths", path + 1, fan.ends().length);
      }
    }
    queue.flush();
  }

  private void add(
      Fan fan,
      int path,
      Nodes used,
      RowQueue<Consumer<double[]>> queue,
      Fan.Arrival arrival,
      int place) {
    Sum sum = new Sum(fan, path);
    int steps = used.places().length;
    for (int k = 0; k < steps; k++) {
      double weight = used.weights()[k];
      boolean last = k == steps - 1;
      queue.add(
          fan.point(path, used.places()[k]),
          fan.examples()[path],
          gradient -> {
            sum.add(gradient, weight);
            if (last) {
              arrival.accept(place, path, sum.map);
            }
          });
    }
  }

  /** The integral along one path, as far as it has come. */
  private final class Sum {
    private final double[] way;
    private double[] map = {};

    Sum(Fan fan, int path) {
      way = new double[fan.origin().length];
      Arrays.setAll(way, j -> (double) fan.ends()[path][j] - fan.origin()[j]);
    }

    void add(double[] gradient, double weight) {
      if (map.length == 0) {
        map = new double[gradient.length];
      }
      double[] step = new double[way.length];
      Arrays.setAll(step, j -> weight * way[j]);
      summand.add(map, gradient, weight, step);
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

package dev.touchstone.attribution;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;

/**
 * The path's N + 1 nodes as neighbouring rows under secant backward rules: {@code Σ_k g_k ⊙
 * (z_{k+1} − z_k)}. Where a path does not fit into the memory budget at once, the last node of one
 * piece is the first of the next.
 */
final class SecantRule implements PathRule {
  private final GradientFunction secants;

  SecantRule(GradientFunction secants) {
    this.secants = secants;
  }

  @Override
  public String name() {
    return "secant rule";
  }

  @Override
  public double[][] integrate(Tensor from, Tensor to, Quantity quantity, int steps) {
    double[][] maps = new double[to.rows()][to.rowSize()];
    GradientQueue queue =
        new GradientQueue(secants, to.shape(), quantity, Math.max(2, secants.rowsAtOnce()));
    for (int i = 0; i < maps.length; i++) {
      float[] start = from.row(i);
      float[] end = to.row(i);
      double[] map = maps[i];
      float[] node = PathRule.point(start, end, 0);
      for (int k = 0; k < steps; k++) {
        float[] here = node;
        float[] next = PathRule.point(start, end, (k + 1.0) / steps);
        if (queue.isLastPlace()) {
          queue.add(here, i, SecantRule::ignore);
        }
        queue.add(here, i, secant -> addStep(map, secant, here, next));
        node = next;
      }
      queue.add(node, i, SecantRule::ignore);
    }
    queue.flush();
    return maps;
  }

  @Override
  public double bound(double halving, double quartering) {
    return PathRule.boundOfKinks(halving, quartering);
  }

  /** The last row of a piece or path has no next one, and its gradient means nothing. */
  private static void ignore(double[] gradient) {}

  private static void addStep(double[] map, double[] secant, float[] here, float[] next) {
    for (int j = 0; j < map.length; j++) {
      map[j] += secant[j] * ((double) next[j] - here[j]);
    }
  }
}

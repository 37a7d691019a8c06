package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.model.CheckedAnswers;

/**
 * The paths' points as rows under secant backward rules: {@code Σ_k g_k ⊙ (z_k − z_{k−1})}, where
 * g_k is the secant from the point before. All paths leave the baseline, which is computed once;
 * where they do not fit into the memory budget, they are cut anywhere.
 */
final class SecantRule implements PathRule {
  private final WhiteBox box;
  private final SecantRules rules;
  private final int rowsAtOnce;

  /**
   * Of a model.
   *
   * @param box of any number of examples at once
   * @param rules of that model
   * @param rowsAtOnce how many points the memory admits, at least 1
   */
  SecantRule(WhiteBox box, SecantRules rules, int rowsAtOnce) {
    this.box = box;
    this.rules = rules;
    this.rowsAtOnce = rowsAtOnce;
  }

  /** Of a model, in so much memory. */
  static SecantRule of(WhiteBox box, SecantRules rules, long memoryBytes) {
    // What is kept of the baseline and of a portion's last point takes the place of a point.
    return new SecantRule(box, rules, Math.max(1, box.batchSize(memoryBytes, true) - 1));
  }

  @Override
  public String name() {
    return "secant rule";
  }

  @Override
  public double[][] integrate(float[] from, Tensor to, Quantity quantity, int steps) {
    double[][] maps = new double[to.rows()][to.rowSize()];
    // The baseline, and the points behind it of one path after the other.
    int points = Math.addExact(1, Math.multiplyExact(to.rows(), steps));
    float[] before = from;
    try (SecantPaths paths = SecantPaths.of(box, rules)) {
      for (int first = 0; first < points; first += rowsAtOnce) {
        Portion portion = Portion.of(from, to, steps, first, Math.min(points, first + rowsAtOnce));
        double[][] secants = portion.secants(box.name(), paths, quantity);
        for (int row = 0; row < secants.length; row++) {
          float[] here = portion.points().row(row);
          addStep(
              maps[portion.examples()[row]],
              secants[row],
              portion.starts()[row] ? from : before,
              here);
          before = here;
        }
      }
    }
    return maps;
  }

  /**
   * Some points in the order in which they are computed.
   *
   * @param examples the place of each point's example
   * @param starts whether a point is the first behind the baseline
   */
  private record Portion(Tensor points, int[] examples, boolean[] starts) {

    static Portion of(float[] from, Tensor to, int steps, int first, int end) {
      int[] shape = to.shape();
      shape[0] = end - first;
      float[] values = new float[Math.multiplyExact(shape[0], from.length)];
      int[] examples = new int[shape[0]];
      boolean[] starts = new boolean[shape[0]];
      for (int row = 0; row < shape[0]; row++) {
        int step = first + row - 1;
        examples[row] = Math.max(0, step) / steps;
        starts[row] = step >= 0 && step % steps == 0;
        double alpha = step < 0 ? 0 : (step % steps + 1.0) / steps;
        float[] point = PathRule.point(from, to.row(examples[row]), alpha);
        System.arraycopy(point, 0, values, row * from.length, from.length);
      }
      return new Portion(Tensor.of(values, shape), examples, starts);
    }

    double[][] secants(String model, SecantPaths paths, Quantity quantity) {
      return CheckedAnswers.gradients(
          model, paths.inputGradients(points, starts, quantity.ofRows(examples)), points);
    }
  }

  private static void addStep(double[] map, double[] secant, float[] before, float[] here) {
    for (int j = 0; j < map.length; j++) {
      map[j] += secant[j] * ((double) here[j] - before[j]);
    }
  }

  @Override
  public double bound(double halving, double quartering) {
    return PathRule.boundOfKinks(halving, quartering);
  }
}

package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.GaussLegendre;
import java.util.Arrays;

/**
 * A weighted sum of probabilities on the straight way between two points of scores: the mean of its
 * derivatives by each of them (Aumann and Shapley's values), which multiplied by the scores'
 * changes add up to its own change. Of two classes, one of whose scores stays as it is, it is the
 * slope of the sigmoid's secant.
 */
final class SoftmaxPath {
  private static final GaussLegendre RULE = GaussLegendre.ofPoints(16);

  /**
   * By how much the difference of two scores may change along a panel. The derivatives' nearest
   * poles lie π away, so that the rule's error is of the order of 10⁻¹⁶.
   */
  private static final double PANEL = 4;

  private SoftmaxPath() {}

  /**
   * Returns the mean derivatives.
   *
   * @param to the scores at the end
   * @param from the scores at the beginning
   * @param weights of the probabilities
   */
  static double[] slopes(double[] to, double[] from, double... weights) {
    double[] changes = new double[to.length];
    Arrays.setAll(changes, o -> to[o] - from[o]);
    double spread =
        Arrays.stream(changes).max().orElseThrow() - Arrays.stream(changes).min().orElseThrow();
    int panels = Math.max(1, (int) Math.ceil(spread / PANEL));
    double[] slopes = new double[to.length];
    double[] scores = new double[to.length];
    for (int panel = 0; panel < panels; panel++) {
      for (int k = 0; k < RULE.places().length; k++) {
        double way = (panel + RULE.places()[k]) / panels;
        Arrays.setAll(scores, o -> from[o] + way * changes[o]);
        add(RULE.weights()[k] / panels, scores, weights, slopes);
      }
    }
    return slopes;
  }

  /** Adds {@code p_o (w_o − Σ w_c p_c)}, times a factor. */
  private static void add(double factor, double[] scores, double[] weights, double[] slopes) {
    double largest = Arrays.stream(scores).max().orElseThrow();
    double sum = 0;
    double mean = 0;
    for (int o = 0; o < scores.length; o++) {
      double exponential = Math.exp(scores[o] - largest);
      sum += exponential;
      mean += weights[o] * exponential;
    }
    for (int o = 0; o < scores.length; o++) {
      slopes[o] += factor * Math.exp(scores[o] - largest) / sum * (weights[o] - mean / sum);
    }
  }
}

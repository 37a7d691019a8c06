package dev.touchstone.robustness;

import dev.touchstone.graph.Node;
import java.util.function.DoubleUnaryOperator;

/**
 * Lines below and above what bends, number by number: slope times input plus intercept. They hold
 * between the ends that they were made of.
 *
 * <ul>
 *   <li>ReLU and leaky ReLU: above the chord; below x, or the negative part's slope, whichever is
 *       nearer over the interval (Zhang et al. 2018, adaptive)
 *   <li>sigmoid and tanh: parallels through both ends, of the smaller of the two derivatives there,
 *       which is the smallest in between
 *   <li>pools: below the entry that is the largest of the least; above the largest of all
 * </ul>
 *
 * @param lower ends of the input
 * @param upper likewise
 */
record Lines(
    double[] lower,
    double[] upper,
    double[] slopeBelow,
    double[] interceptBelow,
    double[] slopeAbove,
    double[] interceptAbove) {

  /** Of a pool, whose lines are found where its windows lie. */
  static Lines ofPool(double[] lower, double[] upper) {
    double[] none = new double[0];
    return new Lines(lower, upper, none, none, none, none);
  }

  /**
   * Of what works number by number.
   *
   * @param leak the slope of a ReLU's negative part
   */
  static Lines of(Node node, double leak, double[] lower, double[] upper) {
    int n = lower.length;
    Lines lines =
        new Lines(lower, upper, new double[n], new double[n], new double[n], new double[n]);
    for (int i = 0; i < n; i++) {
      switch (node.type()) {
        case "Sigmoid" -> lines.parallel(i, Lines::sigmoid, y -> y * (1 - y));
        case "Tanh" -> lines.parallel(i, Math::tanh, y -> 1 - y * y);
        default -> lines.bent(i, leak);
      }
    }
    return lines;
  }

  boolean isPool() {
    return slopeBelow.length == 0;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private void parallel(
      int i, DoubleUnaryOperator function, DoubleUnaryOperator derivativeOfValue) {
    double low = function.applyAsDouble(lower[i]);
    double high = function.applyAsDouble(upper[i]);
    double slope =
        Math.min(derivativeOfValue.applyAsDouble(low), derivativeOfValue.applyAsDouble(high));
    slopeBelow[i] = slope;
    slopeAbove[i] = slope;
    interceptBelow[i] = low - slope * lower[i];
    interceptAbove[i] = high - slope * upper[i];
  }

  private void bent(int i, double leak) {
    double l = lower[i];
    double u = upper[i];
    if (l >= 0 || u <= 0) {
      slopeBelow[i] = l >= 0 ? 1 : leak;
      slopeAbove[i] = slopeBelow[i];
      return;
    }
    double chord = (u - leak * l) / (u - l);
    slopeAbove[i] = chord;
    interceptAbove[i] = u - chord * u;
    slopeBelow[i] = u > -l ? 1 : leak;
  }

  /** Of how many numbers it is not known on which side of the bend they lie. */
  static boolean isOpen(Node node, double lower, double upper) {
    boolean bent = node.type().endsWith("Relu");
    return bent ? lower < 0 && upper > 0 : lower < upper;
  }
}

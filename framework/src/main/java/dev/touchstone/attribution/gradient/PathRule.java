package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;

/** How the gradient is integrated along the straight path from a baseline to an example. */
interface PathRule {

  /** What it is called in results. */
  String name();

  /**
   * The integral, already multiplied with the way from the baseline.
   *
   * @param from the baseline of all examples
   * @param to the examples
   * @return one map per example
   */
  double[][] integrate(float[] from, Tensor to, Quantity quantity, int steps);

  /**
   * A bound of the error.
   *
   * @param halving how far the map moves from half the steps
   * @param quartering how far it moves from a quarter of the steps to half of them
   */
  double bound(double halving, double quartering);

  /** The bound where kinks let the error fall like 1/N at least. */
  static double boundOfKinks(double halving, double quartering) {
    return Math.max(halving, quartering / 2);
  }

  /** A point of the path. */
  static float[] point(float[] from, float[] to, double alpha) {
    float[] point = new float[from.length];
    for (int j = 0; j < point.length; j++) {
      point[j] = (float) (from[j] + alpha * ((double) to[j] - from[j]));
    }
    return point;
  }
}

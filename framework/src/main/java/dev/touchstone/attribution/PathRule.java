package dev.touchstone.attribution;

import dev.touchstone.data.Tensor;

/** How the gradient is integrated along the straight path from a baseline to an example. */
interface PathRule {

  /** What it is called in results. */
  String name();

  /**
   * The integral, already multiplied with the way from the baseline.
   *
   * @param from the baselines
   * @param to the examples
   * @return one map per example
   */
  double[][] integrate(Tensor from, Tensor to, int[] targets, int steps);

  /** What share of the difference to half the steps is taken as the error. */
  double shareOfHalving();

  /** A point of the path. */
  static float[] point(float[] from, float[] to, double alpha) {
    float[] point = new float[from.length];
    for (int j = 0; j < point.length; j++) {
      point[j] = (float) (from[j] + alpha * ((double) to[j] - from[j]));
    }
    return point;
  }
}

package dev.touchstone.guiding;

import dev.touchstone.influence.HeadData;
import dev.touchstone.linalg.Matrix;

/**
 * The audit rows of a problem.
 *
 * @param targets m × k
 * @param weights of every row: cⱼ/m, and 0 for a row that is held out
 */
record Trusted(Matrix targets, double... weights) {

  static Trusted of(int[] labels, int classes, double... costs) {
    double[] weights = new double[labels.length];
    for (int j = 0; j < labels.length; j++) {
      weights[j] = costs[j] / labels.length;
    }
    return new Trusted(HeadData.oneHot(labels, classes), weights);
  }

  /** These rows without some. */
  Trusted without(boolean[] heldOut) {
    int kept = 0;
    for (boolean out : heldOut) {
      kept += out ? 0 : 1;
    }
    double[] left = weights.clone();
    for (int j = 0; j < left.length; j++) {
      left[j] = heldOut[j] ? 0 : left[j] * left.length / kept;
    }
    return new Trusted(targets, left);
  }

  /** The weights times a strength. */
  double[] times(double strength) {
    double[] times = weights.clone();
    for (int j = 0; j < times.length; j++) {
      times[j] *= strength;
    }
    return times;
  }

  /**
   * U of the gradient XᵀU of the audit loss over the audit rows, m × k.
   *
   * @param predictions of all rows, after the {@code size} of the training data
   */
  Matrix gaps(Matrix predictions, int size, double strength) {
    int k = targets.columns();
    Matrix gaps = Matrix.zeros(weights.length, k);
    for (int j = 0; j < weights.length; j++) {
      for (int c = 0; c < k; c++) {
        double gap = predictions.get(size + j, c) - targets.get(j, c);
        gaps.set(j, c, strength * weights[j] * gap);
      }
    }
    return gaps;
  }

  /** The audit loss, from the losses of all rows. */
  double loss(double[] losses, int size) {
    double loss = 0;
    for (int j = 0; j < weights.length; j++) {
      loss += weights[j] * losses[size + j];
    }
    return loss;
  }
}

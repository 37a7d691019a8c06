package dev.touchstone.influence.network;

import dev.touchstone.graph.Quantity;

/**
 * log p_y/(1 − p_y) of each example's label y, which TRAK differentiates in the place of the loss
 * (Park et al. 2023, section 3.1): s_y − log Σ e^{s_c} over the other classes.
 *
 * @param labels of the examples of a batch
 */
record Margin(int[] labels) implements Quantity {

  @Override
  public double value(double[] scores, int example) {
    int label = labels[example];
    if (scores.length == 1) {
      return label == 1 ? scores[0] : -scores[0];
    }
    double greatest = greatestOther(scores, label);
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      sum += c == label ? 0 : Math.exp(scores[c] - greatest);
    }
    return scores[label] - greatest - Math.log(sum);
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    int label = labels[example];
    if (scores.length == 1) {
      return new double[] {label == 1 ? 1 : -1};
    }
    double greatest = greatestOther(scores, label);
    double[] gradient = new double[scores.length];
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      gradient[c] = c == label ? 0 : Math.exp(scores[c] - greatest);
      sum += gradient[c];
    }
    for (int c = 0; c < scores.length; c++) {
      gradient[c] = c == label ? 1 : -gradient[c] / sum;
    }
    return gradient;
  }

  private static double greatestOther(double[] scores, int label) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < scores.length; c++) {
      greatest = c == label ? greatest : Math.max(greatest, scores[c]);
    }
    return greatest;
  }

  /** 1 − p_y. */
  double missing(double[] scores, int example) {
    return 1 / (1 + Math.exp(value(scores, example)));
  }
}

package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.Matrix;

/**
 * What concepts that should not matter contribute to the audit examples' labels, as a penalty: the
 * part of the thesis's objective (section 5.2.2) ‖θ ⊙ x̃ − ã ⊙ s‖₁ where s = 0, smoothed.
 *
 * <pre>φ(W) = a (1/m) Σⱼ cⱼ Σ_q (√(u² + ε²) − ε),  u = (W_q,yⱼ − mean_c W_qc) x̃_jq</pre>
 *
 * <p>over the ignored concepts q. Matching the other importances, ±1, by magnitude as printed
 * hurts: how much a concept matters is for the data to say.
 *
 * @param audit m × q concepts
 * @param labels m
 * @param confidence c, m
 * @param ignored of every concept, whether it should not matter
 * @param strength a
 */
record IgnoredConcepts(
    Matrix audit, int[] labels, double[] confidence, boolean[] ignored, double strength)
    implements PenalisedLogistic.Smooth {
  private static final double SMOOTHING = 0.01;

  private double contribution(Matrix w, int example, int concept) {
    double mean = 0;
    for (int c = 0; c < w.columns(); c++) {
      mean += w.get(concept, c) / w.columns();
    }
    return (w.get(concept, labels[example]) - mean) * audit.get(example, concept);
  }

  private double factor(int example) {
    return strength * confidence[example] / audit.rows();
  }

  @Override
  public double value(Matrix w) {
    double value = 0;
    for (int q = 0; q < ignored.length; q++) {
      for (int j = 0; ignored[q] && j < audit.rows(); j++) {
        double u = contribution(w, j, q);
        value += factor(j) * (Math.sqrt(u * u + SMOOTHING * SMOOTHING) - SMOOTHING);
      }
    }
    return value;
  }

  /** Of class c's weight, as the share of it in u. */
  private double share(int example, int c, int classes) {
    return (labels[example] == c ? 1 : 0) - 1.0 / classes;
  }

  @Override
  public void addGradient(Matrix w, Matrix to) {
    int k = w.columns();
    for (int q = 0; q < ignored.length; q++) {
      for (int j = 0; ignored[q] && j < audit.rows(); j++) {
        double u = contribution(w, j, q);
        double slope = factor(j) * u / Math.sqrt(u * u + SMOOTHING * SMOOTHING) * audit.get(j, q);
        for (int c = 0; c < k; c++) {
          to.set(q, c, to.get(q, c) + slope * share(j, c, k));
        }
      }
    }
  }

  @Override
  public void addHessian(Matrix w, Matrix to) {
    int p = w.rows();
    int k = w.columns();
    for (int q = 0; q < ignored.length; q++) {
      for (int j = 0; ignored[q] && j < audit.rows(); j++) {
        double u = contribution(w, j, q);
        double root = Math.sqrt(u * u + SMOOTHING * SMOOTHING);
        double x = audit.get(j, q);
        double curvature = factor(j) * SMOOTHING * SMOOTHING / (root * root * root) * x * x;
        for (int a = 0; a < k; a++) {
          for (int b = 0; b < k; b++) {
            int row = a * p + q;
            int column = b * p + q;
            to.set(row, column, to.get(row, column) + curvature * share(j, a, k) * share(j, b, k));
          }
        }
      }
    }
  }
}

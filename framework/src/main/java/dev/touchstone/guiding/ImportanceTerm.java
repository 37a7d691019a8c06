package dev.touchstone.guiding;

import dev.touchstone.linalg.Matrix;
import org.apiguardian.api.API;

/**
 * How far what concepts contribute to the audit examples' labels is from what an expert says of it:
 * the term ‖θ ⊙ z̃ − ã ⊙ s‖₁ of the thesis's objective (section 5.2.2), smoothed.
 *
 * <pre>φ(W) = a (1/m) Σⱼ cⱼ Σ_q (√(u² + ε²) − ε),  u = (W_q,yⱼ − mean_c W_qc) z̃_jq − t_jq</pre>
 *
 * <p>over the concepts q that count; a contribution is that to the score of the example's label,
 * over the mean of all classes, or of one output to it, and ε = .01.
 *
 * @param concepts z̃, m × q
 * @param labels m; of one output 0
 * @param confidence c, m
 * @param wanted t, m × q
 * @param counted of every concept, whether anything is wanted of it
 * @param strength a
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ImportanceTerm(
    Matrix concepts,
    int[] labels,
    double[] confidence,
    Matrix wanted,
    boolean[] counted,
    double strength) {
  private static final double SMOOTHING = 0.01;

  private double gap(Matrix w, int example, int concept) {
    double weight = 0;
    for (int c = 0; c < w.columns(); c++) {
      weight += share(example, c, w.columns()) * w.get(concept, c);
    }
    return weight * concepts.get(example, concept) - wanted.get(example, concept);
  }

  private double factor(int example) {
    return strength * confidence[example] / concepts.rows();
  }

  /**
   * Returns φ(W).
   *
   * @param w of q concepts, and maybe more rows, such as a bias, × k
   */
  public double value(Matrix w) {
    double value = 0;
    for (int q = 0; q < counted.length; q++) {
      for (int j = 0; counted[q] && j < concepts.rows(); j++) {
        double u = gap(w, j, q);
        value += factor(j) * (Math.sqrt(u * u + SMOOTHING * SMOOTHING) - SMOOTHING);
      }
    }
    return value;
  }

  /** Of class c's weight, as the share of it in u. */
  private double share(int example, int c, int classes) {
    return (labels[example] == c ? 1 : 0) - (classes == 1 ? 0 : 1.0 / classes);
  }

  /** Adds ∇φ(W) to a matrix of W's shape. */
  public void addGradient(Matrix w, Matrix to) {
    int k = w.columns();
    for (int q = 0; q < counted.length; q++) {
      for (int j = 0; counted[q] && j < concepts.rows(); j++) {
        double u = gap(w, j, q);
        double slope =
            factor(j) * u / Math.sqrt(u * u + SMOOTHING * SMOOTHING) * concepts.get(j, q);
        for (int c = 0; c < k; c++) {
          to.set(q, c, to.get(q, c) + slope * share(j, c, k));
        }
      }
    }
  }

  /** Adds ∇²φ(W), of unknowns class by class: that of row q and class c is the (c·p + q)th. */
  public void addHessian(Matrix w, Matrix to) {
    int p = w.rows();
    int k = w.columns();
    for (int q = 0; q < counted.length; q++) {
      for (int j = 0; counted[q] && j < concepts.rows(); j++) {
        double u = gap(w, j, q);
        double root = Math.sqrt(u * u + SMOOTHING * SMOOTHING);
        double x = concepts.get(j, q);
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

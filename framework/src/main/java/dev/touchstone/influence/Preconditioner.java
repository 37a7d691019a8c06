package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.SymmetricEigen;

/**
 * An approximate inverse Hessian: with the mean curvature M = U diag(μ) Uᵀ of the examples' losses,
 * ∇²L is near G ⊗ M + R for the Gram matrix G, whose inverse is, in the eigenvectors of both,
 *
 * <pre>V ↦ R^-½ Q [(Qᵀ R^-½ V U) / (λᵢ μⱼ + 1)] Uᵀ</pre>
 *
 * <p>Exact where the curvature is the same for all examples, as that of the squared loss is.
 */
final class Preconditioner {
  private final SpectralGram gram;
  private final double[] mu;
  private final Matrix u;

  Preconditioner(HeadObjective objective, Matrix predictions) {
    this.gram = objective.spectrum();
    SymmetricEigen curvature =
        objective.algebra.eigen(objective.loss.meanCurvature(predictions, objective.weights));
    this.mu = curvature.values();
    this.u = curvature.vectors();
  }

  /** Applies it to one or more p × k beside each other. */
  Matrix apply(Matrix v) {
    Matrix turned = gram.into(v);
    int k = mu.length;
    double[] row = new double[k];
    for (int j = 0; j < turned.rows(); j++) {
      for (int at = j * v.columns(); at < (j + 1) * v.columns(); at += k) {
        divide(turned.values(), at, gram.values()[j], row);
      }
    }
    return gram.back(turned);
  }

  private void divide(double[] values, int at, double lambda, double[] row) {
    int k = mu.length;
    for (int m = 0; m < k; m++) {
      double sum = 0;
      for (int c = 0; c < k; c++) {
        sum += values[at + c] * u.values()[c * k + m];
      }
      row[m] = sum / (lambda * Math.max(0, mu[m]) + 1);
    }
    for (int c = 0; c < k; c++) {
      double sum = 0;
      for (int m = 0; m < k; m++) {
        sum += row[m] * u.values()[c * k + m];
      }
      values[at + c] = sum;
    }
  }
}

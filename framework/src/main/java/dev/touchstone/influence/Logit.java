package dev.touchstone.influence;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;

/**
 * A head of two classes as the logistic regression z = xᵀw that it is, w the difference of its
 * columns, with ridge R/2, and the inverse of its Hessian {@code H = Σ wᵢ pᵢ(1 − pᵢ) xᵢxᵢᵀ + R/2}.
 */
final class Logit {
  private final FittedHead head;
  private final HeadObjective objective;
  private final Matrix difference;
  private final Matrix hessian;
  private final Matrix inverse;
  private final Matrix predictions;
  private final Matrix logits;
  private final Matrix leverages;

  private Logit(FittedHead head) {
    this.head = head;
    objective = head.objective();
    predictions = head.predictions();
    Matrix weights = head.weights();
    difference = Matrix.zeros(weights.rows(), 1);
    for (int j = 0; j < weights.rows(); j++) {
      difference.set(j, 0, weights.get(j, 1) - weights.get(j, 0));
    }
    hessian = objective.hessianOfDifferences(predictions);
    inverse = objective.algebra.cholesky(hessian).inverse();
    logits = objective.x.product(difference);
    leverages = objective.x.quadraticForms(inverse);
  }

  static Logit of(FittedHead head) {
    if (head.classes() != 2 || !(head.fittedBy() instanceof LogisticHead)) {
      throw new TouchstoneException(
          "influence on disparity metrics is of a logistic head of two classes, and this is a %s of %d"
              .formatted(head.fittedBy(), head.classes()));
    }
    long unknowns = Leverages.primalUnknowns(head.objective());
    if (unknowns > Leverages.MOST_UNKNOWNS) {
      throw new TouchstoneException(
          "influence on disparity metrics takes the inverse of a %,d x %,d Hessian, and at most %,d are accepted; give this head a representation of fewer features"
              .formatted(unknowns, unknowns, Leverages.MOST_UNKNOWNS));
    }
    return new Logit(head);
  }

  DenseAlgebra algebra() {
    return objective.algebra;
  }

  double probability(int i) {
    return predictions.get(i, 1);
  }

  double target(int i) {
    return objective.targets.get(i, 1);
  }

  /** wᵢ, 1/n where all examples count alike. */
  double weight(int i) {
    return objective.weights[i];
  }

  double logit(int i) {
    return logits.get(i, 0);
  }

  /** wᵢ xᵢᵀ H⁻¹ xᵢ. */
  double leverage(int i) {
    return objective.weights[i] * leverages.get(i, 0);
  }

  /** z of z-scored rows. */
  double[] logits(RowSource rows) {
    try (DesignMatrix x = objective.algebra.design(rows)) {
      return x.product(difference).values();
    }
  }

  /** X H⁻¹. */
  Matrix times(Matrix rows) {
    return objective.algebra.product(rows, inverse);
  }

  /** wᵢ xᵢᵀ H⁻¹ Xᵀ slopes, of every training example. */
  double[] effects(Matrix rows, double... slopes) {
    Matrix gradient = objective.algebra.crossProduct(rows, Matrix.of(slopes.length, 1, slopes));
    Matrix effects = objective.x.product(objective.algebra.product(inverse, gradient));
    double[] all = new double[head.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = weight(i) * effects.get(i, 0);
    }
    return all;
  }

  /** H⁻¹ of the mean row, with its residual: how good the inverse is. */
  InverseHessianProduct solve(Matrix rows, int count) {
    Matrix mean = Matrix.zeros(rows.columns(), 1);
    for (int i = 0; i < rows.rows(); i++) {
      for (int j = 0; j < rows.columns(); j++) {
        mean.set(j, 0, mean.get(j, 0) + rows.get(i, j) / count);
      }
    }
    Matrix solution = objective.algebra.product(inverse, mean);
    Matrix back = objective.algebra.product(hessian, solution);
    double gap = 0;
    double norm = 0;
    for (int j = 0; j < mean.rows(); j++) {
      gap += Math.pow(back.get(j, 0) - mean.get(j, 0), 2);
      norm += Math.pow(mean.get(j, 0), 2);
    }
    return new InverseHessianProduct(
        solution, norm == 0 ? 0 : Math.sqrt(gap / norm), 0, "Cholesky factor");
  }
}

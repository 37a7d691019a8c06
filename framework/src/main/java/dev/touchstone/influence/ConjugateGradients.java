package dev.touchstone.influence;

import static dev.touchstone.influence.SoftmaxObjective.dot;
import static dev.touchstone.influence.SoftmaxObjective.minus;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Conjugate gradients on Hessian-vector products, preconditioned by Böhning's bound (1992): H ≼ ½(I
 * − 11ᵀ/k) ⊗ XᵀX/n + r, whose inverse needs one p × p Cholesky factor for the part in which the
 * classes differ, and a division for the part that they share.
 */
final class ConjugateGradients implements HessianSolver {
  private static final int MOST_STEPS = 5000;

  private final SoftmaxObjective objective;
  private final Matrix probabilities;
  private final CholeskyFactor differing;

  ConjugateGradients(SoftmaxObjective objective, Matrix probabilities) {
    this.objective = objective;
    this.probabilities = probabilities;
    Matrix bound = objective.algebra.crossProduct(objective.x, objective.x);
    int p = bound.rows();
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        double ridge = i == j ? objective.ridges[j] : 0;
        bound.set(i, j, bound.get(i, j) / (2.0 * objective.x.rows()) + ridge);
      }
    }
    this.differing = objective.algebra.cholesky(bound);
  }

  @Override
  public Matrix solve(Matrix rightHandSide, double tolerance) {
    Matrix solution = Matrix.zeros(rightHandSide.rows(), rightHandSide.columns());
    Matrix residual = rightHandSide.copy();
    double goal = tolerance * Math.sqrt(dot(rightHandSide, rightHandSide));
    if (goal == 0) {
      return solution;
    }
    Matrix preconditioned = precondition(residual);
    Matrix direction = preconditioned;
    double product = dot(residual, preconditioned);
    for (int step = 0; step < MOST_STEPS; step++) {
      Matrix curved = objective.hessianTimes(probabilities, direction);
      double length = product / dot(direction, curved);
      solution = minus(solution, direction, -length);
      residual = minus(residual, curved, length);
      if (Math.sqrt(dot(residual, residual)) <= goal) {
        return solution;
      }
      preconditioned = precondition(residual);
      double next = dot(residual, preconditioned);
      direction = minus(preconditioned, direction, -next / product);
      product = next;
    }
    throw new TouchstoneException(
        "conjugate gradients did not reach a relative residual of "
            + tolerance
            + " in "
            + MOST_STEPS
            + " steps; use a larger ridge");
  }

  private Matrix precondition(Matrix v) {
    int k = v.columns();
    Matrix apart = v.copy();
    double[] shared = new double[v.rows()];
    for (int j = 0; j < v.rows(); j++) {
      for (int c = 0; c < k; c++) {
        shared[j] += v.get(j, c) / k;
      }
      for (int c = 0; c < k; c++) {
        apart.set(j, c, v.get(j, c) - shared[j]);
      }
    }
    Matrix result = differing.solve(apart);
    for (int j = 0; j < v.rows(); j++) {
      for (int c = 0; c < k; c++) {
        result.set(j, c, result.get(j, c) + shared[j] / objective.ridges[j]);
      }
    }
    return result;
  }
}

package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import java.util.function.Supplier;

/**
 * The leverages of a convex head, Jᵢ = (I ⊗ xᵢ)ᵀ H⁻¹ (I ⊗ xᵢ)/n, k × k for every example: how the
 * logits of an example follow its own residual. Two ways to the same numbers, since the Hessian
 * {@code H = (1/n) Bᵀ D B + R} has p·k unknowns and its data part only n·(k − 1) dimensions.
 */
final class Leverages {
  /** The inverse Hessian and its factor, or their dual, are two squares of this side. */
  static final int MOST_UNKNOWNS = 5000;

  /** Right-hand sides that are solved for at once, which bounds the memory. */
  private static final int COLUMNS_AT_ONCE = 1000;

  private Leverages() {}

  /** The side of the primal system: p features, with the bias, of k classes. */
  static long primalUnknowns(SoftmaxObjective objective) {
    return objective.unknowns();
  }

  /** The side of the dual system. */
  static long dualUnknowns(SoftmaxObjective objective) {
    return (long) objective.x.rows() * (objective.classes() - 1);
  }

  /**
   * By the inverse of the Hessian.
   *
   * @param hessian its factor
   */
  static double[][][] primal(SoftmaxObjective objective, Supplier<CholeskyFactor> hessian) {
    int n = objective.x.rows();
    int p = objective.x.columns();
    int k = objective.classes();
    int unknowns = objective.unknowns();
    Matrix inverse = hessian.get().solve(Matrix.identity(unknowns));
    double[][][] all = new double[n][k][k];
    for (int a = 0; a < k; a++) {
      for (int b = a; b < k; b++) {
        Matrix block = Matrix.zeros(p, p);
        for (int i = 0; i < p; i++) {
          System.arraycopy(
              inverse.values(), (a * p + i) * unknowns + b * p, block.values(), i * p, p);
        }
        Matrix xb = objective.algebra.product(objective.x, block);
        for (int i = 0; i < n; i++) {
          double sum = 0;
          for (int j = 0; j < p; j++) {
            sum += xb.get(i, j) * objective.x.get(i, j);
          }
          all[i][a][b] = sum / n;
          all[i][b][a] = sum / n;
        }
      }
    }
    return all;
  }

  /**
   * By a system over the examples. With K = X R⁻¹ Xᵀ and any L with L Lᵀ = D, Woodbury's identity
   * is
   *
   * <pre>B H⁻¹ Bᵀ = K ⊗ I − (K ⊗ I) L (n I + Lᵀ (K ⊗ I) L)⁻¹ Lᵀ (K ⊗ I)</pre>
   *
   * <p>whose diagonal blocks over n are the leverages. Dᵢ = diag(pᵢ) − pᵢpᵢᵀ has rank k − 1: with q
   * = √pᵢ and an orthonormal basis Q of what is orthogonal to q, Lᵢ = diag(q) Q.
   *
   * @param probabilities n × k
   */
  static double[][][] dual(SoftmaxObjective objective, Matrix probabilities) {
    DenseAlgebra algebra = objective.algebra;
    int n = objective.x.rows();
    int k = objective.classes();
    int rank = k - 1;
    Matrix kernel = kernel(objective);
    Matrix roots = roots(probabilities);

    // n I + Lᵀ (K ⊗ I) L
    Matrix system = algebra.crossProduct(roots, roots);
    for (int row = 0; row < system.rows(); row++) {
      for (int column = 0; column < system.columns(); column++) {
        system.set(row, column, system.get(row, column) * kernel.get(row / rank, column / rank));
      }
      system.set(row, row, system.get(row, row) + n);
    }
    CholeskyFactor factor = algebra.cholesky(system);

    double[][][] all = new double[n][][];
    int step = Math.max(1, COLUMNS_AT_ONCE / k);
    for (int from = 0; from < n; from += step) {
      int to = Math.min(n, from + step);
      // Lᵀ (K ⊗ I), the columns of these examples
      Matrix right = Matrix.zeros(system.rows(), (to - from) * k);
      for (int row = 0; row < right.rows(); row++) {
        for (int column = 0; column < right.columns(); column++) {
          right.set(
              row, column, kernel.get(row / rank, from + column / k) * roots.get(column % k, row));
        }
      }
      Matrix solved = factor.solve(right);
      for (int i = from; i < to; i++) {
        all[i] = leverage(kernel.get(i, i), right, solved, (i - from) * k, k, n);
      }
    }
    return all;
  }

  private static double[][] leverage(
      double self, Matrix right, Matrix solved, int first, int k, int n) {
    double[][] leverage = new double[k][k];
    for (int a = 0; a < k; a++) {
      for (int b = a; b < k; b++) {
        double sum = a == b ? self : 0;
        for (int row = 0; row < right.rows(); row++) {
          sum -= right.get(row, first + a) * solved.get(row, first + b);
        }
        leverage[a][b] = sum / n;
        leverage[b][a] = sum / n;
      }
    }
    return leverage;
  }

  /** K = X R⁻¹ Xᵀ, n × n. */
  private static Matrix kernel(SoftmaxObjective objective) {
    Matrix scaled = Matrix.zeros(objective.x.columns(), objective.x.rows());
    for (int j = 0; j < scaled.rows(); j++) {
      double root = Math.sqrt(objective.ridges[j]);
      for (int i = 0; i < scaled.columns(); i++) {
        scaled.set(j, i, objective.x.get(i, j) / root);
      }
    }
    return objective.algebra.crossProduct(scaled, scaled);
  }

  /** All Lᵢ beside each other, k × n(k − 1). */
  private static Matrix roots(Matrix probabilities) {
    int k = probabilities.columns();
    Matrix roots = Matrix.zeros(k, probabilities.rows() * (k - 1));
    for (int i = 0; i < probabilities.rows(); i++) {
      double[] q = new double[k];
      for (int c = 0; c < k; c++) {
        q[c] = Math.sqrt(probabilities.get(i, c));
      }
      // Householder's reflection of q to the last axis; its other columns are the basis.
      double[] v = q.clone();
      v[k - 1] += 1; // q has no negative entries, so nothing cancels
      double half = 1 + q[k - 1]; // ‖v‖²/2, as ‖q‖ = 1
      for (int m = 0; m < k - 1; m++) {
        for (int a = 0; a < k; a++) {
          double basis = (a == m ? 1 : 0) - v[a] * v[m] / half;
          roots.set(a, i * (k - 1) + m, q[a] * basis);
        }
      }
    }
    return roots;
  }
}

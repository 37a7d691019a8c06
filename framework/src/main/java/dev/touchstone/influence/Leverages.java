package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;

/**
 * The leverages of a head, Jᵢ = wᵢ (I ⊗ xᵢ)ᵀ H⁻¹ (I ⊗ xᵢ), k × k for every example: how the logits
 * of an example follow its own residual. Two ways to the same numbers, since the Hessian {@code H =
 * Bᵀ diag(w) D B + R} has p·k unknowns and its data part only n·(k − 1) dimensions.
 */
final class Leverages {
  /** The inverse Hessian and its factor, or their dual, are two squares of this side. */
  static final int MOST_UNKNOWNS = 5000;

  /** Right-hand sides that are solved for at once, which bounds the memory. */
  private static final int COLUMNS_AT_ONCE = 1000;

  private Leverages() {}

  /** The side of the primal system: p features, with the bias, of k classes. */
  static long primalUnknowns(HeadObjective objective) {
    return (long) objective.features() * curved(objective);
  }

  /** The side of the dual system. */
  static long dualUnknowns(HeadObjective objective) {
    return (long) objective.x.rows() * rank(objective);
  }

  /** Outputs of a quadratic loss do not know of each other: one stands for all. */
  private static int curved(HeadObjective objective) {
    return objective.loss.isQuadratic() ? 1 : objective.outputs();
  }

  private static int rank(HeadObjective objective) {
    return objective.loss.isQuadratic() ? 1 : objective.outputs() - 1;
  }

  /**
   * By the inverse of the Hessian, for softmax of that by what the classes differ in: its leverages
   * are centred over the classes, and the shift common to all, of which D knows nothing, adds xᵢᵀ
   * R⁻¹ xᵢ / k.
   *
   * @param predictions of all rows
   */
  static double[][][] primal(HeadObjective objective, Matrix predictions) {
    int p = objective.features();
    int rank = rank(objective);
    Matrix hessian =
        objective.loss.isQuadratic()
            ? objective.hessian(predictions)
            : objective.hessianOfDifferences(predictions);
    Matrix inverse = objective.algebra.cholesky(hessian).inverse();
    Matrix[] blocks = new Matrix[rank * (rank + 1) / 2];
    int block = 0;
    for (int a = 0; a < rank; a++) {
      for (int b = a; b < rank; b++) {
        Matrix values = Matrix.zeros(p, p);
        for (int i = 0; i < p; i++) {
          System.arraycopy(
              inverse.values(), (a * p + i) * p * rank + b * p, values.values(), i * p, p);
        }
        blocks[block++] = values;
      }
    }
    Matrix forms = objective.x.quadraticForms(blocks);
    double[][][] all = new double[objective.size][rank][rank];
    for (int i = 0; i < objective.size; i++) {
      int form = 0;
      for (int a = 0; a < rank; a++) {
        for (int b = a; b < rank; b++) {
          double value = objective.weights[i] * forms.get(i, form++);
          all[i][a][b] = value;
          all[i][b][a] = value;
        }
      }
    }
    return objective.loss.isQuadratic() ? spread(objective, all) : centred(objective, all);
  }

  /** From differences to the last class to all k classes. */
  private static double[][][] centred(HeadObjective objective, double[][][] differences) {
    int p = objective.features();
    int k = objective.outputs();
    Matrix inverseRidge = Matrix.zeros(p, p);
    for (int j = 0; j < p; j++) {
      inverseRidge.set(j, j, 1 / objective.ridges[j]);
    }
    Matrix common = objective.x.quadraticForms(inverseRidge);
    double[][][] all = new double[differences.length][k][k];
    for (int i = 0; i < all.length; i++) {
      double[] means = new double[k];
      double total = 0;
      for (int a = 0; a < k - 1; a++) {
        for (int b = 0; b < k - 1; b++) {
          means[a] += differences[i][a][b] / k;
        }
        total += means[a] / k;
      }
      double shift = total + objective.weights[i] * common.get(i, 0) / k;
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          double difference = a < k - 1 && b < k - 1 ? differences[i][a][b] : 0;
          all[i][a][b] = difference - means[a] - means[b] + shift;
        }
      }
    }
    return all;
  }

  /** From one output to all k of a quadratic loss: h I. */
  private static double[][][] spread(HeadObjective objective, double[][][] all) {
    if (!objective.loss.isQuadratic()) {
      return all;
    }
    int k = objective.outputs();
    double[][][] spread = new double[all.length][k][k];
    for (int i = 0; i < all.length; i++) {
      for (int c = 0; c < k; c++) {
        spread[i][c][c] = all[i][0][0];
      }
    }
    return spread;
  }

  /**
   * By a system over the examples. With K = X R⁻¹ Xᵀ and any L with L Lᵀ = diag(w) D, Woodbury's
   * identity is
   *
   * <pre>B H⁻¹ Bᵀ = K ⊗ I − (K ⊗ I) L (I + Lᵀ (K ⊗ I) L)⁻¹ Lᵀ (K ⊗ I)</pre>
   *
   * <p>whose diagonal blocks times w are the leverages. Dᵢ = diag(pᵢ) − pᵢpᵢᵀ has rank k − 1: with
   * q = √pᵢ and an orthonormal basis Q of what is orthogonal to q, Lᵢ = √wᵢ diag(q) Q.
   *
   * @param predictions of all rows
   */
  static double[][][] dual(HeadObjective objective, Matrix predictions) {
    DenseAlgebra algebra = objective.algebra;
    int n = objective.size;
    int k = curved(objective);
    int rank = rank(objective);
    Matrix kernel = kernel(objective);
    Matrix roots = roots(objective, predictions);

    // I + Lᵀ (K ⊗ I) L
    Matrix system = algebra.crossProduct(roots, roots);
    for (int row = 0; row < system.rows(); row++) {
      for (int column = 0; column < system.columns(); column++) {
        system.set(row, column, system.get(row, column) * kernel.get(row / rank, column / rank));
      }
      system.set(row, row, system.get(row, row) + 1);
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
        all[i] = leverage(kernel.get(i, i), right, solved, (i - from) * k, k, objective.weights[i]);
      }
    }
    return spread(objective, all);
  }

  private static double[][] leverage(
      double self, Matrix right, Matrix solved, int first, int k, double weight) {
    double[][] leverage = new double[k][k];
    for (int a = 0; a < k; a++) {
      for (int b = a; b < k; b++) {
        double sum = a == b ? self : 0;
        for (int row = 0; row < right.rows(); row++) {
          sum -= right.get(row, first + a) * solved.get(row, first + b);
        }
        leverage[a][b] = weight * sum;
        leverage[b][a] = weight * sum;
      }
    }
    return leverage;
  }

  /** K = X R⁻¹ Xᵀ, of all rows. */
  private static Matrix kernel(HeadObjective objective) {
    Matrix x = objective.x.toMatrix();
    Matrix scaled = Matrix.zeros(x.columns(), x.rows());
    for (int j = 0; j < scaled.rows(); j++) {
      double root = Math.sqrt(objective.ridges[j]);
      for (int i = 0; i < scaled.columns(); i++) {
        scaled.set(j, i, x.get(i, j) / root);
      }
    }
    return objective.algebra.crossProduct(scaled, scaled);
  }

  /** All Lᵢ beside each other, k × n(k − 1); 1 × n for a quadratic loss, whose D is 1. */
  private static Matrix roots(HeadObjective objective, Matrix predictions) {
    int k = curved(objective);
    int rank = rank(objective);
    Matrix roots = Matrix.zeros(k, predictions.rows() * rank);
    for (int i = 0; i < predictions.rows(); i++) {
      double rootOfWeight = Math.sqrt(objective.weights[i]);
      if (objective.loss.isQuadratic()) {
        roots.set(0, i, rootOfWeight);
        continue;
      }
      double[] q = new double[k];
      for (int c = 0; c < k; c++) {
        q[c] = Math.sqrt(predictions.get(i, c));
      }
      // Householder's reflection of q to the last axis; its other columns are the basis.
      double[] v = q.clone();
      v[k - 1] += 1; // q has no negative entries, so nothing cancels
      double half = 1 + q[k - 1]; // ‖v‖²/2, as ‖q‖ = 1
      for (int m = 0; m < rank; m++) {
        for (int a = 0; a < k; a++) {
          double basis = (a == m ? 1 : 0) - v[a] * v[m] / half;
          roots.set(a, i * rank + m, rootOfWeight * q[a] * basis);
        }
      }
    }
    return roots;
  }
}

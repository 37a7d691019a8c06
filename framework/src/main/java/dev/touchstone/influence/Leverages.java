package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The leverages of a head, Jᵢ = wᵢ (I ⊗ xᵢ)ᵀ H⁻¹ (I ⊗ xᵢ), k × k for every example, as the rows of
 * a matrix n × k²: how the logits of an example follow its own residual. Two ways to the same
 * numbers, since the Hessian {@code H = Bᵀ diag(w) D B + R} has p·k unknowns and its data part only
 * n·(k − 1) dimensions.
 */
final class Leverages {
  /** The inverse Hessian and its factor, or their dual, are two squares of this side. */
  static final int MOST_UNKNOWNS = 5000;

  /** Right-hand sides that are solved for at once, which bounds the memory. */
  private static final int COLUMNS_AT_ONCE = 1000;

  private Leverages() {}

  /** The side of the primal system: p features, with the bias, of what the classes differ in. */
  static long primalUnknowns(HeadObjective objective) {
    return (long) objective.features() * rank(objective);
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
  static Matrix primal(HeadObjective objective, Matrix predictions) {
    int p = objective.features();
    int rank = rank(objective);
    Matrix hessian =
        objective.loss.isQuadratic()
            ? objective.hessian(predictions)
            : objective.hessianOfDifferences(predictions);
    Matrix inverse = objective.algebra.cholesky(hessian).inverse();
    List<Matrix> forms = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      for (int b = a; b < rank; b++) {
        forms.add(block(inverse, a, b, p));
      }
    }
    if (!objective.loss.isQuadratic()) {
      forms.add(inverseRidge(objective));
    }
    Matrix values = objective.x.quadraticForms(forms.toArray(Matrix[]::new));
    return objective.loss.isQuadratic() ? spread(objective, values) : centred(objective, values);
  }

  private static Matrix block(Matrix all, int a, int b, int p) {
    Matrix block = Matrix.zeros(p, p);
    for (int j = 0; j < p; j++) {
      System.arraycopy(all.values(), (a * p + j) * all.columns() + b * p, block.values(), j * p, p);
    }
    return block;
  }

  /** R⁻¹, p × p. */
  static Matrix inverseRidge(HeadObjective objective) {
    Matrix inverse = Matrix.zeros(objective.features(), objective.features());
    for (int j = 0; j < objective.features(); j++) {
      inverse.set(j, j, 1 / objective.ridges[j]);
    }
    return inverse;
  }

  /**
   * From what the classes differ in to all k of them.
   *
   * @param forms n × (k(k − 1)/2 + 1), the upper triangle for every example, and xᵢᵀ R⁻¹ xᵢ
   */
  private static Matrix centred(HeadObjective objective, Matrix forms) {
    int k = objective.outputs();
    Matrix all = Matrix.zeros(objective.size, k * k);
    double[] differences = new double[k * k]; // of the last class, which stays 0
    double[] means = new double[k];
    for (int i = 0; i < objective.size; i++) {
      double weight = objective.weights[i];
      int form = i * forms.columns();
      for (int a = 0; a < k - 1; a++) {
        for (int b = a; b < k - 1; b++) {
          double value = weight * forms.values()[form++];
          differences[a * k + b] = value;
          differences[b * k + a] = value;
        }
      }
      double total = 0;
      for (int a = 0; a < k; a++) {
        means[a] = 0;
        for (int b = 0; b < k; b++) {
          means[a] += differences[a * k + b] / k;
        }
        total += means[a] / k;
      }
      double shift = total + weight * forms.values()[form] / k;
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          all.values()[(i * k + a) * k + b] = differences[a * k + b] - means[a] - means[b] + shift;
        }
      }
    }
    return all;
  }

  /**
   * From one output to all k of a quadratic loss: h I.
   *
   * @param forms n × 1
   */
  private static Matrix spread(HeadObjective objective, Matrix forms) {
    int k = objective.outputs();
    Matrix all = Matrix.zeros(objective.size, k * k);
    for (int i = 0; i < objective.size; i++) {
      for (int c = 0; c < k; c++) {
        all.set(i, c * k + c, objective.weights[i] * forms.get(i, 0));
      }
    }
    return all;
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
  static Matrix dual(HeadObjective objective, Matrix predictions) {
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

    Matrix all = Matrix.zeros(n, k * k);
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
        putBlock(kernel.get(i, i), right, solved, (i - from) * k, k, all, i);
      }
    }
    return objective.loss.isQuadratic() ? spread(objective, all) : weighted(objective, all);
  }

  /** A diagonal block of K ⊗ I less what its columns of both sides give, as a row. */
  private static void putBlock(
      double self, Matrix right, Matrix solved, int first, int k, Matrix all, int row) {
    for (int a = 0; a < k; a++) {
      for (int b = a; b < k; b++) {
        double sum = a == b ? self : 0;
        for (int i = 0; i < right.rows(); i++) {
          sum -= right.get(i, first + a) * solved.get(i, first + b);
        }
        all.set(row, a * k + b, sum);
        all.set(row, b * k + a, sum);
      }
    }
  }

  private static Matrix weighted(HeadObjective objective, Matrix all) {
    for (int i = 0; i < all.rows(); i++) {
      for (int c = 0; c < all.columns(); c++) {
        all.set(i, c, objective.weights[i] * all.get(i, c));
      }
    }
    return all;
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

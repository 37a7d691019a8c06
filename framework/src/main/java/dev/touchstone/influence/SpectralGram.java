package dev.touchstone.influence;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.linalg.SymmetricEigen;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * R^-½ (Xᵀ diag(w) X) R^-½ = Q diag(λ) Qᵀ, of which the head's preconditioners are made. Where
 * eigenvectors would cost more than they save, its diagonal stands for it.
 *
 * @param values λ
 * @param scales the diagonal of R^-½
 * @param vectors R^-½ Q; null if the diagonal stands for all
 */
record SpectralGram(double[] values, double[] scales, @Nullable DesignMatrix vectors) {
  private static final int ALWAYS_ROTATED = 1000;
  private static final int MOST_ROTATED = 4000;

  /** Rows for one column are enough to know the spectrum by. */
  private static final int ROWS_A_COLUMN = 32;

  private static final int ALWAYS_READ = 20_000;

  static SpectralGram of(HeadObjective objective) {
    int n = objective.x.rows();
    int p = objective.features();
    double[] scales = Arrays.stream(objective.ridges).map(r -> 1 / Math.sqrt(r)).toArray();
    boolean rotated =
        objective.loss.isQuadratic()
            || p <= ALWAYS_ROTATED
            || (p <= MOST_ROTATED && (long) p * p <= 80L * n * objective.outputs());
    if (p > MOST_ROTATED || !rotated) {
      double[] squares = objective.x.squares(objective.weights);
      for (int j = 0; j < p; j++) {
        squares[j] *= scales[j] * scales[j];
      }
      return new SpectralGram(squares, scales, null);
    }
    Matrix gram = objective.x.kroneckerGram(sampled(objective));
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        gram.set(i, j, gram.get(i, j) * scales[i] * scales[j]);
      }
    }
    SymmetricEigen eigen = objective.algebra.eigen(gram);
    double[] values = Arrays.stream(eigen.values()).map(value -> Math.max(0, value)).toArray();
    Matrix vectors = eigen.vectors();
    for (int j = 0; j < p; j++) {
      for (int c = 0; c < p; c++) {
        vectors.set(j, c, vectors.get(j, c) * scales[j]);
      }
    }
    return new SpectralGram(values, scales, objective.algebra.design(RowSource.of(vectors)));
  }

  /** √w, of every so many rows where there are many; the rows in between are passed over. */
  private static Matrix sampled(HeadObjective objective) {
    double[] weights = objective.weights;
    int enough = Math.max(ALWAYS_READ, ROWS_A_COLUMN * objective.features());
    int every = objective.loss.isQuadratic() ? 1 : Math.max(1, weights.length / enough);
    double all = 0;
    double read = 0;
    for (int i = 0; i < weights.length; i++) {
      all += weights[i];
      read += i % every == 0 ? weights[i] : 0;
    }
    Matrix roots = Matrix.zeros(weights.length, 1);
    for (int i = 0; i < weights.length; i += every) {
      roots.values()[i] = Math.sqrt(weights[i] * all / read);
    }
    return roots;
  }

  /** The same under a ridge that is so many times as large. */
  SpectralGram underRidge(double times, DenseAlgebra algebra) {
    double root = Math.sqrt(times);
    DesignMatrix scaled = null;
    if (vectors != null) {
      Matrix copy = vectors.toMatrix();
      for (int i = 0; i < copy.values().length; i++) {
        copy.values()[i] /= root;
      }
      scaled = algebra.design(RowSource.of(copy));
    }
    return new SpectralGram(
        Arrays.stream(values).map(value -> value / times).toArray(),
        Arrays.stream(scales).map(scale -> scale / root).toArray(),
        scaled);
  }

  /** Qᵀ R^-½ A: into the eigenvectors' space. */
  Matrix into(Matrix a) {
    return vectors == null ? scaled(a) : vectors.crossProduct(a);
  }

  /** R^-½ Q A: back from there. */
  Matrix back(Matrix a) {
    return vectors == null ? scaled(a) : vectors.product(a);
  }

  /** Whether the preconditioner of a quadratic loss is its inverse Hessian. */
  boolean isComplete() {
    return vectors != null;
  }

  private Matrix scaled(Matrix a) {
    Matrix scaled = a.copy();
    for (int j = 0; j < a.rows(); j++) {
      for (int c = 0; c < a.columns(); c++) {
        scaled.values()[j * a.columns() + c] *= scales[j];
      }
    }
    return scaled;
  }
}

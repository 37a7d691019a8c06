package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.linalg.SymmetricEigen;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Erases concepts from representations by least-squares concept erasure, LEACE (Belrose et al.
 * 2023, "LEACE: Perfect linear concept erasure in closed form", theorem 4.3): the affine map
 *
 * <pre>x' = x − Σ^½ U Uᵀ Σ^−½ (x − μ)</pre>
 *
 * <p>where the columns of U are an orthonormal basis of the range of Σ^−½ Σ_xz, Σ is the covariance
 * of the representation and Σ_xz its covariance with the concepts. Of all affine maps after which
 * no linear classifier of the concepts does better than a constant, it moves the representation
 * least, in the mean square on the data that it was fitted to. There x' and the concepts have no
 * covariance left, whatever is added to Σ.
 *
 * <p>With shrinkage s, Σ + s (tr Σ / d) I stands for Σ: what hardly varies in few examples is not
 * blown up by Σ^−½. (The authors' package concept-erasure shrinks by another rule, and by default
 * mixes in an orthogonal projection where the variance would grow; with both switched off there,
 * and no shrinkage here, the maps are the same.)
 *
 * @param shrinkage s ≥ 0
 */
public record ConceptErasure(double shrinkage) {
  private static final double DEFAULT_SHRINKAGE = 0.01;

  /** A concept that adds less than this to the others', relative to its own, adds rounding. */
  private static final double ROUNDING = 1e-9;

  /** Refuses a shrinkage that is negative or not finite. */
  public ConceptErasure {
    if (!(shrinkage >= 0 && shrinkage < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the shrinkage must be 0 or a positive number, was " + shrinkage);
    }
  }

  /** Makes an erasure with a shrinkage of {@value #DEFAULT_SHRINKAGE}. */
  public static ConceptErasure withDefaults() {
    return new ConceptErasure(DEFAULT_SHRINKAGE);
  }

  /**
   * Returns a copy with another shrinkage; 0 for none, as the authors publish it.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public ConceptErasure withShrinkage(double share) {
    return new ConceptErasure(share);
  }

  /**
   * Finds the map.
   *
   * @param representation n × d, n ≥ 2, read twice
   * @param concepts n × q, q ≥ 1: 0 or 1 of what is there or not, or any number
   * @throws TouchstoneException for values that are not finite, a concept that does not vary, and
   *     concepts that the representation does not vary with in any way
   */
  public Erasure fit(RowSource representation, Matrix concepts) {
    Moments moments = Moments.of(representation, concepts);
    int d = representation.columns();
    // Four products and the eigenvectors of d × d matrices.
    DenseAlgebra algebra = DenseAlgebra.forWork(30.0 * d * d * d, "cpu");
    SymmetricEigen eigen = algebra.eigen(shrunk(moments.covariance()));
    double negligible = Math.ulp(1.0) * d * Math.max(0, eigen.values()[d - 1]);
    // Σ^−½ Σ_xz and its basis: Q Λ^−½ Qᵀ Σ_xz, in the coordinates of the eigenvectors.
    Matrix whitened =
        scaled(
            algebra.crossProduct(eigen.vectors(), moments.crossCovariance()),
            eigen.values(),
            value -> value > negligible ? 1 / Math.sqrt(value) : 0);
    Matrix basis = orthonormal(whitened);
    Matrix left =
        algebra.product(
            eigen.vectors(),
            scaled(basis, eigen.values(), value -> value > negligible ? Math.sqrt(value) : 0));
    Matrix right =
        algebra.product(
            eigen.vectors(),
            scaled(basis, eigen.values(), value -> value > negligible ? 1 / Math.sqrt(value) : 0));
    return new Erasure(moments.means(), left, right);
  }

  private Matrix shrunk(Matrix covariance) {
    int d = covariance.rows();
    double trace = 0;
    for (int j = 0; j < d; j++) {
      trace += covariance.get(j, j);
    }
    Matrix shrunk = covariance.copy();
    for (int j = 0; j < d; j++) {
      shrunk.set(j, j, shrunk.get(j, j) + shrinkage * trace / d);
    }
    return shrunk;
  }

  private interface Scale {
    double of(double eigenvalue);
  }

  private static Matrix scaled(Matrix rows, double[] eigenvalues, Scale scale) {
    Matrix scaled = rows.copy();
    for (int i = 0; i < rows.rows(); i++) {
      double factor = scale.of(eigenvalues[i]);
      for (int c = 0; c < rows.columns(); c++) {
        scaled.set(i, c, factor * rows.get(i, c));
      }
    }
    return scaled;
  }

  /**
   * An orthonormal basis of the columns' range, by Gram and Schmidt with the longest remainder
   * first; everything is taken off twice, so that it is orthogonal to rounding.
   */
  private static Matrix orthonormal(Matrix columns) {
    int d = columns.rows();
    int q = columns.columns();
    double[][] rest = new double[q][d];
    double[] lengths = new double[q];
    for (int c = 0; c < q; c++) {
      for (int j = 0; j < d; j++) {
        rest[c][j] = columns.get(j, c);
      }
      lengths[c] = length(rest[c]);
    }
    double[][] basis = new double[Math.min(d, q)][];
    int rank = 0;
    while (rank < basis.length) {
      int longest = 0;
      for (int c = 1; c < q; c++) {
        longest = length(rest[c]) > length(rest[longest]) ? c : longest;
      }
      double left = length(rest[longest]);
      // Correlations: lengths are those of the concept's multiple correlation, at most 1.
      if (!(left > ROUNDING * Math.max(lengths[longest], ROUNDING))) {
        break;
      }
      double[] next = rest[longest].clone();
      for (int known = 0; known < rank; known++) {
        subtract(next, basis[known]);
      }
      double norm = length(next);
      for (int j = 0; j < d; j++) {
        next[j] /= norm;
      }
      basis[rank++] = next;
      for (double[] remainder : rest) {
        subtract(remainder, next);
      }
      Arrays.fill(rest[longest], 0);
    }
    if (rank == 0) {
      throw new TouchstoneException(
          "the representation does not vary with any of the concepts: there is nothing to erase;"
              + " give the examples of the concepts in the order of their representation");
    }
    Matrix orthonormal = Matrix.zeros(d, rank);
    for (int c = 0; c < rank; c++) {
      for (int j = 0; j < d; j++) {
        orthonormal.set(j, c, basis[c][j]);
      }
    }
    return orthonormal;
  }

  private static void subtract(double[] from, double[] direction) {
    double dot = 0;
    for (int j = 0; j < from.length; j++) {
      dot += from[j] * direction[j];
    }
    for (int j = 0; j < from.length; j++) {
      from[j] -= dot * direction[j];
    }
  }

  private static double length(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  @Override
  public String toString() {
    return "least-squares concept erasure, shrinkage " + shrinkage;
  }
}

package dev.touchstone.linalg;

import org.apiguardian.api.API;

/**
 * Dense products and Cholesky factors, in plain Java for small work and on ND4J and LAPACK for
 * large.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface DenseAlgebra {

  /** The product A · B. */
  Matrix product(Matrix a, Matrix b);

  /** The product Aᵀ · B. */
  Matrix crossProduct(Matrix a, Matrix b);

  /**
   * The Cholesky factor of a symmetric positive definite matrix, of which the lower triangle is
   * read.
   *
   * @throws SingularMatrixException if it is not positive definite
   */
  CholeskyFactor cholesky(Matrix symmetric);

  /**
   * The eigenvalues and eigenvectors of a symmetric matrix.
   *
   * @throws SingularMatrixException if a value is not finite
   */
  SymmetricEigen eigen(Matrix symmetric);

  /**
   * A matrix for many products; a copy.
   *
   * @param rows read once, a chunk at a time
   */
  DesignMatrix design(RowSource rows);

  /**
   * The algebra for an amount of work.
   *
   * <p>Starting OpenBLAS takes about as long as {@value #FLOPS_WORTH_A_START} floating-point
   * operations in Java, so less than that stays in Java and needs no natives. The choice depends on
   * the size alone: the same problem is always computed in the same way.
   *
   * @param flops about how many floating-point operations are to come
   */
  static DenseAlgebra forWork(double flops) {
    return flops < FLOPS_WORTH_A_START ? plain() : onNativeLibraries();
  }

  /** About what the native start costs, in operations of the Java implementation. */
  double FLOPS_WORTH_A_START = 1e9;

  /** Plain Java. */
  static DenseAlgebra plain() {
    return PlainAlgebra.INSTANCE;
  }

  /**
   * ND4J's matrix product, OpenBLAS's on design matrices, and LAPACK's decompositions.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the native libraries are missing, naming
   *     the dependency to add
   */
  static DenseAlgebra onNativeLibraries() {
    return NativeAlgebra.started();
  }
}

package dev.touchstone.linalg;

/**
 * Dense products and Cholesky factors, in plain Java for small work and on ND4J and LAPACK for
 * large.
 */
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
   * The algebra for an amount of work.
   *
   * <p>Starting the native libraries takes about as long as {@value #FLOPS_WORTH_A_START} floating
   * point operations in Java, so less than that stays in Java and needs no natives. The choice
   * depends on the size alone: the same problem is always computed in the same way.
   *
   * @param flops about how many floating-point operations are to come
   */
  static DenseAlgebra forWork(double flops) {
    return flops < FLOPS_WORTH_A_START ? plain() : onNativeLibraries();
  }

  /** About what the native start costs, in operations of the Java implementation. */
  double FLOPS_WORTH_A_START = 2e9;

  /** Plain Java. */
  static DenseAlgebra plain() {
    return PlainAlgebra.INSTANCE;
  }

  /**
   * ND4J's matrix product and LAPACK's Cholesky decomposition.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the native libraries are missing, naming
   *     the dependency to add
   */
  static DenseAlgebra onNativeLibraries() {
    return NativeAlgebra.started();
  }
}

package dev.touchstone.linalg;

import dev.touchstone.runtime.ResolvedDevice;
import dev.touchstone.runtime.Torch;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;

/**
 * Dense products and Cholesky factors, in plain Java for small work and on ND4J and LAPACK, or a
 * GPU, for large.
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
   * What a factor makes of right-hand sides, for preconditioners: nothing but the factor is kept,
   * and no residual is looked at.
   *
   * @return from n × any to as many
   * @throws SingularMatrixException if it is not positive definite
   */
  default UnaryOperator<Matrix> approximateInverse(Matrix symmetric) {
    return cholesky(symmetric)::solve;
  }

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
   * the size and the device alone: the same problem is always computed in the same way.
   *
   * @param flops about how many floating-point operations are to come
   * @param device as in {@code touchstone.device}; on a GPU large work is done there
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such device
   */
  static DenseAlgebra forWork(double flops, String device) {
    if (flops < FLOPS_WORTH_A_START) {
      return plain();
    }
    return Torch.resolved(device).equals(ResolvedDevice.cpu())
        ? onNativeLibraries()
        : onDevice(device);
  }

  /** About what the native start costs, in operations of the Java implementation. */
  double FLOPS_WORTH_A_START = 1e9;

  /** Plain Java. */
  static DenseAlgebra plain() {
    return PlainAlgebra.INSTANCE;
  }

  /**
   * Products on a device of PyTorch's, LAPACK's decompositions on the processor.
   *
   * @param device as in {@code touchstone.device}
   */
  static DenseAlgebra onDevice(String device) {
    return new TorchAlgebra(device);
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

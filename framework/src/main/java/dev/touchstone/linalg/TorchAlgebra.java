package dev.touchstone.linalg;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import java.util.function.UnaryOperator;

/**
 * Products on a device of PyTorch's, in double precision; for GPUs. Decompositions stay with LAPACK
 * on the processor, where their matrices are small beside the products that they come from.
 */
final class TorchAlgebra implements DenseAlgebra {
  private final String device;

  /**
   * Makes the algebra of a device.
   *
   * @param device as in {@code touchstone.device}
   */
  TorchAlgebra(String device) {
    this.device = device;
  }

  @Override
  public Matrix product(Matrix a, Matrix b) {
    Shapes.checkProduct(a, b);
    return multiply(a, false, b, a.rows());
  }

  @Override
  public Matrix crossProduct(Matrix a, Matrix b) {
    Shapes.checkCrossProduct(a, b);
    return multiply(a, true, b, a.columns());
  }

  private Matrix multiply(Matrix a, boolean turned, Matrix b, int rows) {
    if (rows == 0 || b.columns() == 0 || a.values().length == 0) {
      return Matrix.zeros(rows, b.columns());
    }
    return Torch.evaluate(
        () -> {
          try (NDManager scope = Torch.manager(device)) {
            NDArray left = array(scope, a);
            NDArray product = (turned ? left.transpose() : left).matMul(array(scope, b));
            return Matrix.of(rows, b.columns(), product.toDoubleArray());
          }
        });
  }

  static NDArray array(NDManager scope, Matrix matrix) {
    return NativeArrays.of(scope, matrix.values(), new Shape(matrix.rows(), matrix.columns()));
  }

  @Override
  public CholeskyFactor cholesky(Matrix symmetric) {
    return new CholeskyFactor(this, symmetric, new NativeCholesky(symmetric));
  }

  @Override
  public UnaryOperator<Matrix> approximateInverse(Matrix symmetric) {
    return DenseAlgebra.onNativeLibraries().approximateInverse(symmetric);
  }

  @Override
  public SymmetricEigen eigen(Matrix symmetric) {
    return DenseAlgebra.onNativeLibraries().eigen(symmetric);
  }

  @Override
  public DesignMatrix design(RowSource rows) {
    return new TorchDesignMatrix(rows, device);
  }
}

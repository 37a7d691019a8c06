package dev.touchstone.linalg;

import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.MissingNativesException;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.function.UnaryOperator;
import org.bytedeco.openblas.global.openblas;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Single matrix products by ND4J, those of design matrices by OpenBLAS without a copy, Cholesky
 * factors and eigenvectors by LAPACK (ND4J's own solvers take seconds where LAPACK takes
 * milliseconds). OpenBLAS starts in half of ND4J's time, so ND4J starts with its first product.
 *
 * <p>OpenBLAS runs on one thread a call. Its threads wait for each other by spinning, which was
 * measured to take 20 to 50 times longer than one thread on a machine with other work to do, as
 * tests have; and a product on one thread rounds in the same way on every machine of one processor
 * type.
 */
final class NativeAlgebra implements DenseAlgebra {
  private static @Nullable NativeAlgebra started;
  private static boolean nd4jStarted;

  private NativeAlgebra() {}

  /** The one instance; starting the libraries is deferred to first use. */
  static synchronized NativeAlgebra started() {
    NativeAlgebra present = started;
    if (present == null) {
      present = start();
      started = present;
    }
    return present;
  }

  private static NativeAlgebra start() {
    try {
      openblas.blas_set_num_threads(1);
      return new NativeAlgebra();
    } catch (LinkageError | RuntimeException e) {
      throw missing(e);
    }
  }

  private static synchronized void startNd4j() {
    if (nd4jStarted) {
      return;
    }
    startTorchFirst();
    try (INDArray probe = Nd4j.createUninitialized(DataType.DOUBLE, 1)) {
      probe.assign(1);
      openblas.blas_set_num_threads(1); // ND4J may have chosen otherwise
      nd4jStarted = true;
    } catch (LinkageError | RuntimeException e) {
      throw missing(e);
    }
  }

  private static MissingNativesException missing(Throwable cause) {
    return new MissingNativesException(
        ("the native libraries of ND4J and OpenBLAS for this platform are not on the class path;"
                + " add %s, or %s with your platform's classifier, such as linux-x86_64,"
                + " macosx-arm64 or windows-x86_64")
            .formatted(Dependencies.nativesForCpu(), Dependencies.nd4jNatives()),
        cause);
  }

  /** Two OpenMP runtimes live in peace on JDK 25 only if PyTorch's was there first. */
  private static void startTorchFirst() {
    try {
      Torch.version();
    } catch (TouchstoneException | LinkageError absent) {
      // Without PyTorch there is no order to keep.
    }
  }

  @Override
  public Matrix product(Matrix a, Matrix b) {
    Shapes.checkProduct(a, b);
    // Row-major C = A B is column-major Cᵀ = Bᵀ Aᵀ: no copy is transposed.
    return multiply(b, false, a, false, a.rows(), b.columns());
  }

  @Override
  public Matrix crossProduct(Matrix a, Matrix b) {
    Shapes.checkCrossProduct(a, b);
    return multiply(b, false, a, true, a.columns(), b.columns());
  }

  /** Cᵀ = op(Lᵀ) · op(Rᵀ), each row-major matrix seen as its column-major transpose. */
  private static Matrix multiply(
      Matrix left, boolean turnLeft, Matrix right, boolean turnRight, int rows, int columns) {
    if (rows == 0 || columns == 0 || left.values().length == 0) {
      return Matrix.zeros(rows, columns);
    }
    startNd4j();
    try (INDArray l = columnMajorTranspose(left);
        INDArray r = columnMajorTranspose(right);
        INDArray c = Nd4j.createUninitialized(DataType.DOUBLE, new long[] {columns, rows}, 'f')) {
      Nd4j.gemm(l, r, c, turnLeft, turnRight, 1, 0);
      return Matrix.of(rows, columns, c.data().asDouble());
    }
  }

  private static INDArray columnMajorTranspose(Matrix matrix) {
    return Nd4j.create(matrix.values(), new long[] {matrix.columns(), matrix.rows()}, 'f');
  }

  @Override
  public CholeskyFactor cholesky(Matrix symmetric) {
    return new CholeskyFactor(this, symmetric, new NativeCholesky(symmetric));
  }

  @Override
  public UnaryOperator<Matrix> approximateInverse(Matrix symmetric) {
    NativeCholesky factor = new NativeCholesky(symmetric);
    return right -> {
      Matrix solution = right.copy();
      factor.solveInPlace(solution);
      return solution;
    };
  }

  @Override
  public SymmetricEigen eigen(Matrix symmetric) {
    int n = Shapes.checkSquare(symmetric);
    double[] vectors = symmetric.values().clone();
    double[] values = new double[n];
    int info =
        openblas.LAPACKE_dsyevd(
            openblas.LAPACK_COL_MAJOR, (byte) 'V', (byte) 'U', n, vectors, n, values);
    if (info != 0) {
      throw new SingularMatrixException(
          "a %d x %d matrix has no eigenvectors that LAPACK finds; is a value not finite?"
              .formatted(n, n));
    }
    // Column-major eigenvectors in columns are row-major ones in rows.
    return new SymmetricEigen(values, Matrix.of(n, n, transposed(vectors, n, n)));
  }

  @Override
  public DesignMatrix design(RowSource rows) {
    return new NativeDesignMatrix(rows);
  }

  static double[] transposed(double[] rowMajor, int rows, int columns) {
    double[] turned = new double[rowMajor.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        turned[j * rows + i] = rowMajor[i * columns + j];
      }
    }
    return turned;
  }
}

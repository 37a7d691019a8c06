package dev.touchstone.linalg;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/** LAPACK's factor, outside the heap: JavaCPP would copy an array of Java's there and back. */
final class NativeCholesky implements CholeskyFactor.Triangles {
  private static final int TILE = 32;

  /** The row-major lower triangle is the column-major upper one. */
  private static final byte TRIANGLE = (byte) 'U';

  private final int n;
  private final NativeDoubles factor;

  /**
   * Factors.
   *
   * @throws SingularMatrixException if the matrix is not positive definite
   */
  NativeCholesky(Matrix symmetric) {
    this.n = Shapes.checkSquare(symmetric);
    this.factor = NativeDoubles.of(symmetric.values());
    check(openblas.LAPACKE_dpotrf(openblas.LAPACK_COL_MAJOR, TRIANGLE, n, factor.pointer, n));
  }

  private void check(int info) {
    if (info != 0) {
      factor.close();
      throw SingularMatrixException.notPositiveDefinite(n, Math.abs(info) - 1);
    }
  }

  @Override
  public void solveInPlace(Matrix right) {
    int count = right.columns();
    double[] columns = NativeAlgebra.transposed(right.values(), n, count);
    try (NativeDoubles solution = NativeDoubles.of(columns)) {
      int info =
          openblas.LAPACKE_dpotrs(
              openblas.LAPACK_COL_MAJOR,
              TRIANGLE,
              n,
              count,
              factor.pointer,
              n,
              solution.pointer,
              n);
      if (info != 0) {
        throw new IllegalStateException("LAPACK's dpotrs refused its argument " + -info);
      }
      solution.pointer.get(columns, 0, columns.length);
    }
    Reference.reachabilityFence(this);
    System.arraycopy(
        NativeAlgebra.transposed(columns, count, n), 0, right.values(), 0, columns.length);
  }

  @Override
  public Matrix inverse(int size) {
    Matrix inverse = Matrix.zeros(n, n);
    try (NativeDoubles values = new NativeDoubles((long) n * n)) {
      Pointer.memcpy(values.pointer, factor.pointer, (long) n * n * Double.BYTES);
      check(openblas.LAPACKE_dpotri(openblas.LAPACK_COL_MAJOR, TRIANGLE, n, values.pointer, n));
      values.pointer.get(inverse.values(), 0, n * n);
    }
    Reference.reachabilityFence(this);
    mirrorLower(inverse.values());
    return inverse;
  }

  /** Tile by tile, as one of the two is read or written across the rows. */
  private void mirrorLower(double[] square) {
    for (int top = 0; top < n; top += TILE) {
      for (int left = 0; left <= top; left += TILE) {
        for (int i = top; i < Math.min(n, top + TILE); i++) {
          for (int j = left; j < Math.min(i, left + TILE); j++) {
            square[j * n + i] = square[i * n + j];
          }
        }
      }
    }
  }
}

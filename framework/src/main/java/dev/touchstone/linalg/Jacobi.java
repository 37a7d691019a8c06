package dev.touchstone.linalg;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Jacobi's cyclic method for symmetric matrices (Golub and Van Loan, section 8.5). */
final class Jacobi {
  private static final int MOST_SWEEPS = 60;

  private Jacobi() {}

  static SymmetricEigen of(Matrix symmetric) {
    int n = Shapes.checkSquare(symmetric);
    double[] a = symmetric.values().clone();
    double[] q = Matrix.identity(n).values(); // Qᵀ: rows are eigenvectors
    double scale = 0;
    for (double value : a) {
      if (!Double.isFinite(value)) {
        throw new SingularMatrixException(
            "a matrix with a value of " + value + " has no eigenvectors");
      }
      scale = Math.max(scale, Math.abs(value));
    }
    double negligible = Math.ulp(1.0) * scale;
    boolean rotated = true;
    for (int sweep = 0; rotated; sweep++) {
      if (sweep == MOST_SWEEPS) {
        throw new SingularMatrixException("Jacobi's method did not converge");
      }
      rotated = false;
      for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
          if (Math.abs(a[i * n + j]) > negligible) {
            rotate(a, q, n, i, j);
            rotated = true;
          }
        }
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> a[i * n + i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[n];
    Matrix vectors = Matrix.zeros(n, n);
    for (int c = 0; c < n; c++) {
      values[c] = a[order[c] * n + order[c]];
      for (int row = 0; row < n; row++) {
        vectors.set(row, c, q[order[c] * n + row]);
      }
    }
    return new SymmetricEigen(values, vectors);
  }

  /** Makes entry (i, j) zero by a rotation of rows and columns i and j. */
  private static void rotate(double[] a, double[] q, int n, int i, int j) {
    double tau = (a[j * n + j] - a[i * n + i]) / (2 * a[i * n + j]);
    double t = Math.copySign(1, tau) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    double c = 1 / Math.sqrt(1 + t * t);
    double s = t * c;
    rotateRows(a, i * n, j * n, n, c, s);
    rotateRows(q, i * n, j * n, n, c, s);
    for (int row = 0; row < n; row++) {
      double x = a[row * n + i];
      double y = a[row * n + j];
      a[row * n + i] = c * x - s * y;
      a[row * n + j] = s * x + c * y;
    }
    a[i * n + j] = 0;
    a[j * n + i] = 0;
  }

  private static void rotateRows(double[] m, int i, int j, int n, double c, double s) {
    for (int column = 0; column < n; column++) {
      double x = m[i + column];
      double y = m[j + column];
      m[i + column] = c * x - s * y;
      m[j + column] = s * x + c * y;
    }
  }
}

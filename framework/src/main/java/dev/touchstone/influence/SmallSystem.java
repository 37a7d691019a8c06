package dev.touchstone.influence;

import dev.touchstone.runtime.TouchstoneException;

/** Gaussian elimination with partial pivoting, for systems of as many unknowns as classes. */
final class SmallSystem {
  private SmallSystem() {}

  /**
   * Solves A x = b; both are overwritten.
   *
   * @param a row-major
   */
  static double[] solve(double[] a, double[] b) {
    int n = b.length;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column + 1; row < n; row++) {
        if (Math.abs(a[row * n + column]) > Math.abs(a[pivot * n + column])) {
          pivot = row;
        }
      }
      if (!(Math.abs(a[pivot * n + column]) > 1e-12)) {
        throw new TouchstoneException(
            "without one example the head would not be determined (its leverage is 1); use a larger"
                + " ridge");
      }
      exchange(a, b, pivot, column);
      for (int below = column + 1; below < n; below++) {
        double factor = a[below * n + column] / a[column * n + column];
        for (int c = column; c < n; c++) {
          a[below * n + c] -= factor * a[column * n + c];
        }
        b[below] -= factor * b[column];
      }
    }
    for (int row = n - 1; row >= 0; row--) {
      for (int c = row + 1; c < n; c++) {
        b[row] -= a[row * n + c] * b[c];
      }
      b[row] /= a[row * n + row];
    }
    return b;
  }

  private static void exchange(double[] a, double[] b, int row, int other) {
    int n = b.length;
    for (int c = 0; c < n; c++) {
      double value = a[row * n + c];
      a[row * n + c] = a[other * n + c];
      a[other * n + c] = value;
    }
    double value = b[row];
    b[row] = b[other];
    b[other] = value;
  }
}

package dev.touchstone.influence;

import dev.touchstone.runtime.TouchstoneException;

/** Gaussian elimination with partial pivoting, for systems of as many unknowns as classes. */
final class SmallSystem {
  private SmallSystem() {}

  /** Solves A x = b; both are overwritten. */
  static double[] solve(double[][] a, double[] b) {
    int n = b.length;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column + 1; row < n; row++) {
        if (Math.abs(a[row][column]) > Math.abs(a[pivot][column])) {
          pivot = row;
        }
      }
      if (!(Math.abs(a[pivot][column]) > 1e-12)) {
        throw new TouchstoneException(
            "without one example the head would not be determined (its leverage is 1); use a larger"
                + " ridge");
      }
      double[] row = a[pivot];
      a[pivot] = a[column];
      a[column] = row;
      double value = b[pivot];
      b[pivot] = b[column];
      b[column] = value;
      for (int below = column + 1; below < n; below++) {
        double factor = a[below][column] / a[column][column];
        for (int c = column; c < n; c++) {
          a[below][c] -= factor * a[column][c];
        }
        b[below] -= factor * b[column];
      }
    }
    for (int row = n - 1; row >= 0; row--) {
      for (int c = row + 1; c < n; c++) {
        b[row] -= a[row][c] * b[c];
      }
      b[row] /= a[row][row];
    }
    return b;
  }
}

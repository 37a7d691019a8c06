package dev.touchstone.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apiguardian.api.API;

/**
 * The largest singular value by bidiagonalisation after Golub and Kahan (1965), with every vector
 * made orthogonal to all before it: two products with the matrix a step, and no copy of it.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LargestSingularValue {
  /** As many steps are exact for matrices of as few rows or columns. */
  private static final int MOST_STEPS = 80;

  private static final double NEGLIGIBLE = 1e-12;
  private static final int HALVINGS = 100;
  private static final long SEED = 1965;

  private LargestSingularValue() {}

  /**
   * Returns σ² / ‖A‖²: the share of the squared entries that the first singular direction has.
   *
   * @param entries row by row, not all 0
   */
  public static double share(float[] entries, int rows, int columns) {
    if (entries.length != rows * columns) {
      throw new IllegalArgumentException(
          "%d entries for %d x %d".formatted(entries.length, rows, columns));
    }
    double squares = 0;
    for (float entry : entries) {
      squares += (double) entry * entry;
    }
    double norm = Math.sqrt(squares);
    List<double[]> rights = new ArrayList<>();
    List<double[]> lefts = new ArrayList<>();
    int most = Math.min(MOST_STEPS, Math.min(rows, columns));
    double[] diagonal = new double[most];
    double[] beside = new double[most];
    SplittableRandom random = new SplittableRandom(SEED);
    double[] right = new double[columns];
    Arrays.setAll(right, i -> random.nextDouble() - 0.5);
    normalise(right);
    int steps = 0;
    while (steps < most) {
      rights.add(right);
      double[] left = new double[rows];
      for (int i = 0; i < rows; i++) {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
          sum += entries[i * columns + j] * right[j];
        }
        left[i] = sum / norm;
      }
      removeAll(left, lefts);
      diagonal[steps] = normalise(left);
      if (diagonal[steps] < NEGLIGIBLE) {
        break;
      }
      lefts.add(left);
      double[] next = new double[columns];
      for (int i = 0; i < rows; i++) {
        double by = left[i] / norm;
        for (int j = 0; j < columns; j++) {
          next[j] += entries[i * columns + j] * by;
        }
      }
      removeAll(next, rights);
      beside[steps] = normalise(next);
      steps++;
      if (beside[steps - 1] < NEGLIGIBLE) {
        break;
      }
      right = next;
    }
    return largest(diagonal, beside, steps);
  }

  private static double normalise(double[] vector) {
    double length = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
    if (length > 0) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] /= length;
      }
    }
    return length;
  }

  /** Twice, as once leaves what rounding makes of it. */
  private static void removeAll(double[] vector, List<double[]> directions) {
    for (int pass = 0; pass < 2; pass++) {
      for (double[] direction : directions) {
        double along = 0;
        for (int i = 0; i < vector.length; i++) {
          along += vector[i] * direction[i];
        }
        for (int i = 0; i < vector.length; i++) {
          vector[i] -= along * direction[i];
        }
      }
    }
  }

  /**
   * The largest eigenvalue of BBᵀ, where B is bidiagonal with one column more than rows, by
   * counting signs (Sturm).
   */
  private static double largest(double[] diagonal, double[] beside, int size) {
    double low = 0;
    double high = 1 + NEGLIGIBLE;
    for (int halving = 0; halving < HALVINGS && low < high; halving++) {
      double middle = (low + high) / 2;
      if (isAboveAll(middle, diagonal, beside, size)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Math.min(1, high);
  }

  private static boolean isAboveAll(double value, double[] diagonal, double[] beside, int size) {
    double pivot = 0;
    for (int i = 0; i < size; i++) {
      double entry = diagonal[i] * diagonal[i] + beside[i] * beside[i];
      double coupled = i == 0 ? 0 : diagonal[i] * beside[i - 1];
      pivot = entry - value - (i == 0 ? 0 : coupled * coupled / pivot);
      if (!(pivot < 0)) {
        return false;
      }
    }
    return true;
  }
}

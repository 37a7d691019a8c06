package dev.touchstone.guiding;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;

/**
 * Features whose products are a Gaussian kernel's values, K = ΦΦᵀ up to a rank: a pivoted
 * incomplete Cholesky factor (Fine and Scheinberg 2001), with which rows that it did not see are
 * represented, too. A ridge on their weights is the norm of the kernel's space.
 *
 * <p>k(x, z) = exp(−‖x − z‖² / (2h²)).
 */
final class KernelFeatures {
  private static final double LEAST_PIVOT = 1e-6;
  private static final int SAMPLED = 400;

  private final Matrix pivots;
  private final Matrix factor;
  private final double bandwidth;
  private final Matrix training;

  private KernelFeatures(Matrix pivots, Matrix factor, double bandwidth, Matrix training) {
    this.pivots = pivots;
    this.factor = factor;
    this.bandwidth = bandwidth;
    this.training = training;
  }

  /**
   * The features of training rows.
   *
   * @param rows n × d
   * @param bandwidth h
   * @param mostFeatures the largest rank
   */
  static KernelFeatures of(Matrix rows, double bandwidth, int mostFeatures) {
    int n = rows.rows();
    int most = Math.min(n, mostFeatures);
    double[][] columns = new double[most][];
    double[] left = new double[n];
    Arrays.fill(left, 1);
    int[] pivots = new int[most];
    int rank = 0;
    while (rank < most) {
      int pivot = 0;
      for (int i = 1; i < n; i++) {
        pivot = left[i] > left[pivot] ? i : pivot;
      }
      if (left[pivot] < LEAST_PIVOT) {
        break;
      }
      double root = Math.sqrt(left[pivot]);
      double[] column = new double[n];
      for (int i = 0; i < n; i++) {
        double value = kernel(rows, i, rows, pivot, bandwidth);
        for (int f = 0; f < rank; f++) {
          value -= columns[f][i] * columns[f][pivot];
        }
        column[i] = value / root;
        left[i] = Math.max(0, left[i] - column[i] * column[i]);
      }
      left[pivot] = 0;
      columns[rank] = column;
      pivots[rank++] = pivot;
    }
    Matrix features = Matrix.zeros(n, rank);
    Matrix factor = Matrix.zeros(rank, rank);
    Matrix chosen = Matrix.zeros(rank, rows.columns());
    for (int f = 0; f < rank; f++) {
      for (int i = 0; i < n; i++) {
        features.set(i, f, columns[f][i]);
      }
      System.arraycopy(
          rows.values(),
          pivots[f] * rows.columns(),
          chosen.values(),
          f * rows.columns(),
          rows.columns());
    }
    for (int f = 0; f < rank; f++) {
      for (int g = 0; g <= f; g++) {
        factor.set(f, g, columns[g][pivots[f]]);
      }
    }
    return new KernelFeatures(chosen, factor, bandwidth, features);
  }

  /** The features of the training rows, n × rank. */
  Matrix training() {
    return training;
  }

  /** The features of other rows: k(x, pivots) L⁻ᵀ. */
  Matrix of(Matrix rows) {
    int rank = factor.rows();
    Matrix features = Matrix.zeros(rows.rows(), rank);
    for (int i = 0; i < rows.rows(); i++) {
      for (int f = 0; f < rank; f++) {
        double value = kernel(rows, i, pivots, f, bandwidth);
        for (int g = 0; g < f; g++) {
          value -= factor.get(f, g) * features.get(i, g);
        }
        features.set(i, f, value / factor.get(f, f));
      }
    }
    return features;
  }

  private static double kernel(Matrix a, int i, Matrix b, int j, double bandwidth) {
    return Math.exp(-squaredDistance(a, i, b, j) / (2 * bandwidth * bandwidth));
  }

  private static double squaredDistance(Matrix a, int i, Matrix b, int j) {
    double sum = 0;
    int d = a.columns();
    for (int f = 0; f < d; f++) {
      double gap = a.values()[i * d + f] - b.values()[j * d + f];
      sum += gap * gap;
    }
    return sum;
  }

  /** The median distance between rows, of evenly spaced ones where there are many. */
  static double medianDistance(Matrix rows) {
    int step = Math.max(1, rows.rows() / SAMPLED);
    int count = (rows.rows() + step - 1) / step;
    double[] distances = new double[count * (count - 1) / 2];
    int at = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        distances[at++] = Math.sqrt(squaredDistance(rows, i * step, rows, j * step));
      }
    }
    Arrays.sort(distances);
    double median = distances[distances.length / 2];
    return median > 0 ? median : 1;
  }
}

package dev.touchstone.attribution.perturbation;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;

/**
 * Ridge regression around an example: minimises {@code Σ wᵢ (yᵢ − b − zᵢ·β)² + λ‖β‖²}, the
 * intercept b free (Ribeiro et al. 2016, equation 2, with lime's regularisation).
 *
 * @param coefficients β, one per interpretable value
 * @param intercept b
 * @param determination the share of the weighted variance of y that is explained; NaN where y does
 *     not vary
 * @param standardErrors of the coefficients over other draws (the sandwich estimator; White 1980,
 *     over draws that may have several rows); NaN where there are no more draws than coefficients
 */
record LocalLinearModel(
    double[] coefficients, double intercept, double determination, double[] standardErrors) {

  /**
   * Fits the model.
   *
   * @param z n rows of d interpretable values
   * @param y n answers
   * @param weights n weights of the kernel
   * @param ridge λ, positive
   * @param draws for each row the number of its independent draw, counted from 0 without gaps
   */
  static LocalLinearModel fit(
      double[][] z, double[] y, double[] weights, double ridge, int... draws) {
    int d = z[0].length;
    double total = Arrays.stream(weights).sum();
    double[] mean = new double[d];
    double meanAnswer = 0;
    for (int i = 0; i < z.length; i++) {
      meanAnswer += weights[i] / total * y[i];
      for (int j = 0; j < d; j++) {
        mean[j] += weights[i] / total * z[i][j];
      }
    }
    // Normal equations of what is centred by the weighted means, so that b needs no column.
    Matrix normal = Matrix.zeros(d, d);
    Matrix right = Matrix.zeros(d, 1);
    double[] centred = new double[d];
    for (int i = 0; i < z.length; i++) {
      centre(z[i], mean, centred);
      addOuter(normal, centred, weights[i]);
      for (int j = 0; j < d; j++) {
        right.values()[j] += weights[i] * centred[j] * (y[i] - meanAnswer);
      }
    }
    for (int j = 0; j < d; j++) {
      normal.set(j, j, normal.get(j, j) + ridge);
    }
    completeUpperTriangle(normal);
    CholeskyFactor factor = DenseAlgebra.plain().cholesky(normal);
    double[] beta = factor.solve(right).values();

    // Residuals, and what each draw adds to the gradient of the sum.
    int groups = Arrays.stream(draws).max().orElse(0) + 1;
    double[][] scores = new double[groups][d];
    double residual = 0;
    double variance = 0;
    for (int i = 0; i < z.length; i++) {
      centre(z[i], mean, centred);
      double error = y[i] - meanAnswer - dot(centred, beta);
      residual += weights[i] * error * error;
      variance += weights[i] * (y[i] - meanAnswer) * (y[i] - meanAnswer);
      for (int j = 0; j < d; j++) {
        scores[draws[i]][j] += weights[i] * error * centred[j];
      }
    }
    return new LocalLinearModel(
        beta,
        meanAnswer - dot(mean, beta),
        variance == 0 ? Double.NaN : 1 - residual / variance,
        standardErrors(factor, scores));
  }

  private static double[] standardErrors(CholeskyFactor factor, double[]... scores) {
    int d = factor.size();
    double[] errors = new double[d];
    if (scores.length <= d + 1) {
      Arrays.fill(errors, Double.NaN);
      return errors;
    }
    Matrix meat = Matrix.zeros(d, d);
    for (double[] score : scores) {
      addOuter(meat, score, (double) scores.length / (scores.length - d - 1));
    }
    completeUpperTriangle(meat);
    Matrix inverse = factor.inverse();
    Matrix half = DenseAlgebra.plain().product(inverse, meat);
    for (int i = 0; i < d; i++) {
      double sum = 0;
      for (int j = 0; j < d; j++) {
        sum += half.get(i, j) * inverse.get(i, j);
      }
      errors[i] = Math.sqrt(Math.max(0, sum));
    }
    return errors;
  }

  private static void centre(double[] row, double[] mean, double[] centred) {
    for (int j = 0; j < row.length; j++) {
      centred[j] = row[j] - mean[j];
    }
  }

  /** Adds the lower triangle of a row's outer product with itself. */
  private static void addOuter(Matrix to, double[] row, double weight) {
    int d = row.length;
    double[] values = to.values();
    for (int i = 0; i < d; i++) {
      double factor = weight * row[i];
      for (int j = 0; j <= i; j++) {
        values[i * d + j] += factor * row[j];
      }
    }
  }

  private static void completeUpperTriangle(Matrix matrix) {
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < i; j++) {
        matrix.set(j, i, matrix.get(i, j));
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}

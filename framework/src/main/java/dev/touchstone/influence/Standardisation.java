package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/** z-scores with the training data's mean and deviation, and a column of ones at the end. */
record Standardisation(double[] means, double[] deviations) {
  /** A feature that hardly varies is not blown up to unit variance. */
  private static final double SMALLEST_DEVIATION = 1e-3;

  private static final double CONSTANT = 1e-8;

  static Standardisation of(Matrix training) {
    int n = training.rows();
    int d = training.columns();
    double[] means = new double[d];
    double[] deviations = new double[d];
    for (int j = 0; j < d; j++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += training.get(i, j);
      }
      means[j] = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += Math.pow(training.get(i, j) - means[j], 2);
      }
      double deviation = Math.sqrt(squares / n);
      deviations[j] = deviation < CONSTANT ? 1 : Math.max(deviation, SMALLEST_DEVIATION);
    }
    return new Standardisation(means, deviations);
  }

  Matrix apply(Matrix representation) {
    int d = means.length;
    if (representation.columns() != d) {
      throw new IllegalArgumentException(
          "the head was fitted on " + d + " features, and is given " + representation.columns());
    }
    Matrix x = Matrix.zeros(representation.rows(), d + 1);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < d; j++) {
        x.set(i, j, (representation.get(i, j) - means[j]) / deviations[j]);
      }
      x.set(i, d, 1);
    }
    return x;
  }
}

package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;

/**
 * z-scores by the training data's means and deviations, so that features of other scales count
 * alike where a covariance is shrunk or weights are compared.
 *
 * @param means d
 * @param deviations d, none smaller than {@value #SMALLEST}; 1 of what is constant
 */
record Scaling(double[] means, double[] deviations) {
  private static final double SMALLEST = 1e-3;
  private static final double CONSTANT = 1e-8;

  static Scaling of(Matrix rows) {
    int n = rows.rows();
    int d = rows.columns();
    double[] means = new double[d];
    double[] deviations = new double[d];
    double[] values = rows.values();
    for (int i = 0; i < values.length; i++) {
      means[i % d] += values[i] / n;
    }
    for (int i = 0; i < values.length; i++) {
      double centred = values[i] - means[i % d];
      deviations[i % d] += centred * centred / n;
    }
    for (int j = 0; j < d; j++) {
      double deviation = Math.sqrt(deviations[j]);
      deviations[j] = deviation < CONSTANT ? 1 : Math.max(deviation, SMALLEST);
    }
    return new Scaling(means, deviations);
  }

  RowSource apply(RowSource rows) {
    return new RowSource() {
      @Override
      public int rows() {
        return rows.rows();
      }

      @Override
      public int columns() {
        return rows.columns();
      }

      @Override
      public int chunk() {
        return rows.chunk();
      }

      @Override
      public void read(int from, int to, double[] into) {
        rows.read(from, to, into);
        int d = means.length;
        for (int i = 0; i < (to - from) * d; i++) {
          into[i] = (into[i] - means[i % d]) / deviations[i % d];
        }
      }
    };
  }

  Matrix apply(Matrix rows) {
    return apply(RowSource.of(rows)).toMatrix();
  }

  /** The layer on what is not scaled that answers as one on z-scores does. */
  LinearLayer before(LinearLayer onScaled) {
    Matrix slopes = onScaled.slopes().copy();
    double[] intercepts = onScaled.intercepts().clone();
    for (int j = 0; j < slopes.rows(); j++) {
      for (int c = 0; c < slopes.columns(); c++) {
        double slope = slopes.get(j, c) / deviations[j];
        slopes.set(j, c, slope);
        intercepts[c] -= means[j] * slope;
      }
    }
    return new LinearLayer(slopes, intercepts);
  }
}

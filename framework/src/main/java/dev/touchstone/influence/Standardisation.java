package dev.touchstone.influence;

import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;

/** z-scores with the training data's mean and deviation, and a column of ones at the end. */
record Standardisation(double[] means, double[] deviations) {
  /** A feature that hardly varies is not blown up to unit variance. */
  private static final double SMALLEST_DEVIATION = 1e-3;

  private static final double CONSTANT = 1e-8;

  /** Does something with a value; the row is counted in all rows. */
  private interface Entry {
    void visit(int row, int column, double value);
  }

  static Standardisation of(RowSource training) {
    int n = training.rows();
    int d = training.columns();
    double[] means = new double[d];
    visit(training, (i, j, value) -> means[j] += finite(i, value));
    for (int j = 0; j < d; j++) {
      means[j] /= n;
    }
    double[] deviations = new double[d];
    visit(training, (i, j, value) -> deviations[j] += (value - means[j]) * (value - means[j]));
    for (int j = 0; j < d; j++) {
      double deviation = Math.sqrt(deviations[j] / n);
      deviations[j] = deviation < CONSTANT ? 1 : Math.max(deviation, SMALLEST_DEVIATION);
    }
    return new Standardisation(means, deviations);
  }

  private static double finite(int row, double value) {
    if (!Double.isFinite(value)) {
      throw new TouchstoneException(
          "the representation of example %d holds %s; has the training diverged?"
              .formatted(row, value));
    }
    return value;
  }

  private static void visit(RowSource rows, Entry entry) {
    int d = rows.columns();
    int step = rows.chunk();
    double[] chunk = new double[Math.multiplyExact(Math.min(step, rows.rows()), d)];
    for (int from = 0; from < rows.rows(); from += step) {
      int to = Math.min(rows.rows(), from + step);
      rows.read(from, to, chunk);
      for (int i = from; i < to; i++) {
        for (int j = 0; j < d; j++) {
          entry.visit(i, j, chunk[(i - from) * d + j]);
        }
      }
    }
  }

  /** The z-scored rows with a one at the end of each, one source after the other. */
  RowSource apply(RowSource... sources) {
    int d = means.length;
    int all = 0;
    for (RowSource source : sources) {
      if (source.columns() != d) {
        throw new IllegalArgumentException(
            "the head was fitted on " + d + " features, and is given " + source.columns());
      }
      all += source.rows();
    }
    int rows = all;
    return new RowSource() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public int columns() {
        return d + 1;
      }

      @Override
      public void read(int from, int to, double[] into) {
        int first = 0;
        for (RowSource source : sources) {
          int start = Math.max(from, first);
          int end = Math.min(to, first + source.rows());
          if (start < end) {
            double[] raw = new double[(end - start) * d];
            source.read(start - first, end - first, raw);
            scale(raw, end - start, into, (start - from) * (d + 1));
          }
          first += source.rows();
        }
      }
    };
  }

  private void scale(double[] raw, int count, double[] into, int at) {
    int d = means.length;
    for (int i = 0; i < count; i++) {
      int target = at + i * (d + 1);
      for (int j = 0; j < d; j++) {
        into[target + j] = (raw[i * d + j] - means[j]) / deviations[j];
      }
      into[target + d] = 1;
    }
  }
}

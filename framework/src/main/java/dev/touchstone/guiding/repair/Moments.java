package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Means and covariances of a representation and of concepts beside it, divided by n.
 *
 * @param means μ of the representation, d
 * @param covariance Σ, d × d
 * @param crossCovariance Σ_xz with every concept divided by its deviation, d × q
 */
record Moments(double[] means, Matrix covariance, Matrix crossCovariance) {

  /** Reads the representation twice: the means first, so that no square of them is subtracted. */
  static Moments of(RowSource representation, Matrix concepts) {
    int n = representation.rows();
    int d = representation.columns();
    int q = concepts.columns();
    if (concepts.rows() != n) {
      throw new IllegalArgumentException(
          "%d representations and concepts of %d examples".formatted(n, concepts.rows()));
    }
    if (n < 2 || q < 1) {
      throw new TouchstoneException(
          "an erasure needs two examples and one concept at least, was given %d examples and %d concepts"
              .formatted(n, q));
    }
    double[] means = new double[d];
    chunks(
        representation,
        (from, rows) -> {
          for (int i = 0; i < rows.values().length; i++) {
            double value = rows.values()[i];
            if (!Double.isFinite(value)) {
              throw new TouchstoneException(
                  "the representation of example %d holds %s; has the training diverged?"
                      .formatted(from + i / d, value));
            }
            means[i % d] += value / n;
          }
        });
    Matrix z = standardised(concepts);
    Matrix covariance = Matrix.zeros(d, d);
    Matrix cross = Matrix.zeros(d, q);
    DenseAlgebra algebra = DenseAlgebra.forWork(2.0 * n * d * d, "cpu");
    chunks(
        representation,
        (from, rows) -> {
          double[] values = rows.values();
          for (int i = 0; i < values.length; i++) {
            values[i] -= means[i % d];
          }
          Matrix beside = Matrix.zeros(rows.rows(), q);
          System.arraycopy(z.values(), from * q, beside.values(), 0, beside.values().length);
          add(covariance, algebra.crossProduct(rows, rows), n);
          add(cross, algebra.crossProduct(rows, beside), n);
        });
    return new Moments(means, covariance, cross);
  }

  private interface Chunk {
    /**
     * Is given some rows, which are its own.
     *
     * @param from the number of the first
     */
    void visit(int from, Matrix rows);
  }

  private static void chunks(RowSource source, Chunk chunk) {
    for (int from = 0; from < source.rows(); from += source.chunk()) {
      int to = Math.min(source.rows(), from + source.chunk());
      Matrix rows = Matrix.zeros(to - from, source.columns());
      source.read(from, to, rows.values());
      chunk.visit(from, rows);
    }
  }

  private static void add(Matrix sum, Matrix products, int n) {
    for (int i = 0; i < sum.values().length; i++) {
      sum.values()[i] += products.values()[i] / n;
    }
  }

  /** Concepts of mean 0 and deviation 1. */
  private static Matrix standardised(Matrix concepts) {
    int n = concepts.rows();
    Matrix standardised = Matrix.zeros(n, concepts.columns());
    for (int c = 0; c < concepts.columns(); c++) {
      double mean = 0;
      for (int i = 0; i < n; i++) {
        double value = concepts.get(i, c);
        if (!Double.isFinite(value)) {
          throw new TouchstoneException(
              "concept %d of example %d is %s; give finite numbers, 0 and 1 for what is there or not"
                  .formatted(c, i, value));
        }
        mean += value / n;
      }
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += (concepts.get(i, c) - mean) * (concepts.get(i, c) - mean);
      }
      double deviation = Math.sqrt(squares / n);
      if (!(deviation > Math.ulp(Math.abs(mean)) * 16)) {
        throw new TouchstoneException(
            "concept %d is %s for all %d examples; give examples with and without it"
                .formatted(c, concepts.get(0, c), n));
      }
      for (int i = 0; i < n; i++) {
        standardised.set(i, c, (concepts.get(i, c) - mean) / deviation);
      }
    }
    return standardised;
  }
}

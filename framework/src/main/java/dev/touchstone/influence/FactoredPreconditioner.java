package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.Workers;
import java.util.function.UnaryOperator;

/**
 * An inverse Hessian that is wrong in little, by a Cholesky factor of what most of the curvature
 * is. The factor is of G ≼ ∇²L, without what pairs of classes weigh least ({@link
 * HeadObjective#hessianWithout}): a head that is sure of most examples curves by few of them, and
 * what is left out is seen by conjugate gradients, which measure residuals with the whole Hessian.
 *
 * <p>Worth it where the mean curvature of {@link Preconditioner} is far from the Hessian, and many
 * products are asked for.
 */
final class FactoredPreconditioner {
  /** The share of all weights that may be left out. */
  static final double LEFT_OUT = 0.002;

  /** The Hessian and its factor are two squares of this side: 1.6 GB at most. */
  static final int MOST_UNKNOWNS = 10_000;

  /** Of the heap, the Hessian may take this share. */
  private static final int SHARE_OF_HEAP = 3;

  private final HeadObjective objective;
  private final Matrix predictions;
  private final double least;
  private final double operations;

  private FactoredPreconditioner(
      HeadObjective objective, Matrix predictions, double least, double operations) {
    this.objective = objective;
    this.predictions = predictions;
    this.least = least;
    this.operations = operations;
  }

  /** Weighs what a factor would take; none is made. */
  static FactoredPreconditioner of(HeadObjective objective, Matrix predictions) {
    double side = objective.hessianSide();
    boolean fits =
        side <= MOST_UNKNOWNS
            && side * side * Double.BYTES
                <= Runtime.getRuntime().maxMemory() / (double) SHARE_OF_HEAP;
    if (objective.loss.isQuadratic() || !fits) {
      return new FactoredPreconditioner(objective, predictions, 0, Double.POSITIVE_INFINITY);
    }
    PairWeights weights = PairWeights.of(objective, predictions, LEFT_OUT);
    double p = objective.features();
    // LAPACK factors on one thread, while the products of rows are made on all.
    double operations = weights.kept() * p * p + Workers.threads() * side * side * side / 3;
    return new FactoredPreconditioner(objective, predictions, weights.least(), operations);
  }

  /** About how many floating-point operations the factor takes; infinite where there is none. */
  double operations() {
    return operations;
  }

  /** Factors; the result is applied to one or more p × k beside each other. */
  UnaryOperator<Matrix> factored() {
    UnaryOperator<Matrix> inverse =
        objective.algebra.approximateInverse(objective.hessianWithout(predictions, least));
    int p = objective.features();
    int k = objective.outputs();
    return v -> classMinor(inverse.apply(classMajor(v, p, k)), p, k);
  }

  /** From p × (m · k) to pk × m, where entry (j, c) of a block is at c·p + j of its column. */
  private static Matrix classMajor(Matrix beside, int p, int k) {
    int m = beside.columns() / k;
    Matrix stacked = Matrix.zeros(p * k, m);
    for (int j = 0; j < p; j++) {
      for (int b = 0; b < m; b++) {
        for (int c = 0; c < k; c++) {
          stacked.values()[(c * p + j) * m + b] = beside.values()[j * m * k + b * k + c];
        }
      }
    }
    return stacked;
  }

  private static Matrix classMinor(Matrix stacked, int p, int k) {
    int m = stacked.columns();
    Matrix beside = Matrix.zeros(p, m * k);
    for (int j = 0; j < p; j++) {
      for (int b = 0; b < m; b++) {
        for (int c = 0; c < k; c++) {
          beside.values()[j * m * k + b * k + c] = stacked.values()[(c * p + j) * m + b];
        }
      }
    }
    return beside;
  }

  /**
   * The weights wᵢ p_a p_b of all examples and pairs of classes.
   *
   * @param least the largest power of two such that smaller weights are together at most a share
   * @param kept how many are not smaller
   */
  record PairWeights(double least, long kept) {
    private static final int LOWEST = Double.MIN_EXPONENT - 1;

    static PairWeights of(HeadObjective objective, Matrix predictions, double share) {
      double[] sums = new double[Double.MAX_EXPONENT - LOWEST + 1];
      long[] counts = new long[sums.length];
      int k = objective.outputs();
      for (int i = 0; i < predictions.rows(); i++) {
        for (int a = 0; a < k; a++) {
          double weighted = objective.weights[i] * predictions.get(i, a);
          for (int b = a + 1; b < k; b++) {
            double weight = weighted * predictions.get(i, b);
            int at = Math.getExponent(weight) - LOWEST;
            sums[at] += weight;
            counts[at]++;
          }
        }
      }
      double all = 0;
      long kept = 0;
      for (int at = 0; at < sums.length; at++) {
        all += sums[at];
        kept += counts[at];
      }
      double below = 0;
      int at = 0;
      while (at < sums.length && below + sums[at] <= share * all) {
        below += sums[at];
        kept -= counts[at++];
      }
      return new PairWeights(at == 0 ? 0 : Math.scalb(1.0, at + LOWEST), kept);
    }
  }
}

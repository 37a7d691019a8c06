package dev.touchstone.influence;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.Arrays;

/** Objectives of a design matrix as it is, without z-scores. */
final class Objectives {
  private Objectives() {}

  /** Of softmax and weights 1/n, in plain Java. */
  static HeadObjective softmax(Matrix x, Matrix targets, double... ridges) {
    return of(DenseAlgebra.plain(), x, targets, ridges, SoftmaxLoss.INSTANCE);
  }

  static HeadObjective of(
      DenseAlgebra algebra, Matrix x, Matrix targets, double[] ridges, Loss loss) {
    double[] weights = new double[x.rows()];
    Arrays.fill(weights, 1.0 / x.rows());
    return new HeadObjective(
        algebra, algebra.design(RowSource.of(x)), targets, weights, ridges, loss, x.rows());
  }

  static QuasiNewton.Minimum minimum(HeadObjective objective) {
    return QuasiNewton.of(
        objective, Matrix.zeros(objective.features(), objective.outputs()), 1e-10);
  }
}

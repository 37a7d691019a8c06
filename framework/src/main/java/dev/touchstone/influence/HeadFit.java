package dev.touchstone.influence;

import dev.touchstone.linalg.DenseAlgebra;
import java.util.Arrays;

/** From data to a fitted head. */
final class HeadFit {
  private static final double BIAS_SHARE = 0.01;

  /** About how often X is read to reach the optimum. */
  private static final double READINGS = 100;

  private HeadFit() {}

  static void check(double ridge, double tolerance) {
    if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the ridge must be positive: without one the optimum is not unique, was " + ridge);
    }
    if (!(tolerance > 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the tolerance must be positive, was " + tolerance);
    }
  }

  static FittedHead of(Head head, HeadData data, Loss loss, double tolerance) {
    int p = data.representation().columns() + 1;
    double work = work(data.allRows(), p, data.outputs());
    return of(head, data, loss, tolerance, DenseAlgebra.forWork(work, data.device()));
  }

  static FittedHead of(
      Head head, HeadData data, Loss loss, double tolerance, DenseAlgebra algebra) {
    double ridge = head.ridge();
    Standardisation standardisation = Standardisation.of(data.representation());
    int p = data.representation().columns() + 1;
    HeadObjective objective =
        new HeadObjective(
            algebra,
            algebra.design(data.rows(standardisation)),
            data.allTargets(),
            data.coefficients(),
            ridges(ridge, p),
            loss,
            data.size());
    QuasiNewton.Minimum minimum =
        QuasiNewton.of(objective, data.start(standardisation), tolerance * scale(objective));
    return new FittedHead(head, objective, standardisation, data.labels(), minimum);
  }

  /** r: λ of every feature, and 0.01 λ of the bias, the last. */
  static double[] ridges(double ridge, int p) {
    double[] ridges = new double[p];
    Arrays.fill(ridges, ridge);
    ridges[p - 1] = BIAS_SHARE * ridge;
    return ridges;
  }

  /** Gradients of the squared loss are as large as its targets are. */
  private static double scale(HeadObjective objective) {
    double scale = 1;
    if (objective.loss.isQuadratic()) {
      for (double target : objective.targets.values()) {
        scale = Math.max(scale, Math.abs(target));
      }
    }
    return scale;
  }

  /** The fit and, where a Hessian would be factored, the leverages, in operations. */
  private static double work(double n, double p, double k) {
    double fit = READINGS * 4 * n * p * k;
    double side = p * k;
    return side <= Leverages.MOST_UNKNOWNS ? fit + n * side * side + 4 * side * side * side : fit;
  }
}

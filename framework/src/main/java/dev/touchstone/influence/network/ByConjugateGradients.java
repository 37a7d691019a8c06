package dev.touchstone.influence.network;

import dev.touchstone.influence.InverseHessianProduct;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Conjugate gradients (Hestenes and Stiefel 1952) on products with the curvature, as Martens 2010
 * and Koh and Liang 2017 use them: exact, one pass over the training data for each step. Where the
 * curvature is not positive definite they stop and say so.
 */
public final class ByConjugateGradients implements InverseCurvature {
  private final double tolerance;
  private final int mostSteps;

  private ByConjugateGradients(double tolerance, int mostSteps) {
    this.tolerance = tolerance;
    this.mostSteps = mostSteps;
  }

  /** Returns the solver with a tolerance of 1e-4 and at most 500 steps. */
  public static ByConjugateGradients withDefaults() {
    return new ByConjugateGradients(1e-4, 500);
  }

  /**
   * Returns a copy with another tolerance.
   *
   * @param residual ‖v − (C + δI)s‖ / ‖v‖ that is accepted; single precision reaches some 1e-5, a
   *     network {@linkplain NetworkInfluence#inDoublePrecision in double} 1e-10
   */
  public ByConjugateGradients withTolerance(double residual) {
    Solvers.checkTolerance(residual);
    return new ByConjugateGradients(residual, mostSteps);
  }

  /** Returns a copy with at most so many steps. */
  public ByConjugateGradients withSteps(int most) {
    Solvers.checkCount("steps", most);
    return new ByConjugateGradients(tolerance, most);
  }

  @Override
  public String name() {
    return "conjugate gradients";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("tolerance", Double.toString(tolerance));
    settings.put("steps at most", Integer.toString(mostSteps));
    return settings;
  }

  @Override
  public Prepared prepare(Curvature curvature) {
    return vector -> solve(curvature, vector);
  }

  private InverseHessianProduct solve(Curvature curvature, double[] right) {
    double[] solution = new double[right.length];
    double[] residual = right.clone();
    double[] direction = right.clone();
    double squared = Curvature.product(residual, residual);
    // Rounding parts the recursion's residual from the true one, which is measured in the end.
    double enough = tolerance / 2 * Math.sqrt(squared);
    int steps = 0;
    while (steps < mostSteps && Math.sqrt(squared) > enough) {
      double[] bent = curvature.times(direction);
      double along = Curvature.product(direction, bent);
      steps++;
      if (!(along > 0)) {
        return curvature.measured(
            solution, right, steps, name() + " met a direction without curvature", tolerance);
      }
      double length = squared / along;
      Curvature.add(solution, length, direction);
      Curvature.add(residual, -length, bent);
      double next = Curvature.product(residual, residual);
      for (int j = 0; j < direction.length; j++) {
        direction[j] = residual[j] + next / squared * direction[j];
      }
      squared = next;
    }
    return curvature.measured(solution, right, steps, name(), tolerance);
  }

  @Override
  public String toString() {
    return name();
  }
}

package dev.touchstone.guiding;

import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * The part of the published upper objective that is smooth in the targets T (thesis, section
 * 5.2.2), and its derivative by implicit differentiation (section 5.2.3):
 *
 * <pre>
 * F(T) = (1/n) Σᵢ ℓ(xᵢ, Tᵢ; W) + (1/m) Σⱼ cⱼ ℓ(auditⱼ; W) + φ(W),  W = argmin (1/n) Σᵢ ℓ(xᵢ, Tᵢ; W) + ½ Σ r W²
 * n ∂F/∂T = ∂ℓ/∂T + XS,  S = H⁻¹ ∇_W F</pre>
 *
 * <p>∂ℓ/∂T is −log P for classes and T − XW for values; φ is the {@linkplain ImportanceTerm term of
 * importances}, or 0.
 */
final class BilevelObjective {
  private static final int MOST_CG_STEPS = 2000;

  private final HeadProblem problem;
  private final Trusted trusted;
  private final @Nullable ImportanceTerm importances;
  private final double tolerance;
  private double residual;
  private int cgSteps;
  private Matrix response = Matrix.zeros(0, 0);

  /**
   * Of a problem whose audit rows weigh nothing.
   *
   * @param tolerance how large the lower level's gradient may be; systems are solved to a tenth of
   *     it relatively
   */
  BilevelObjective(HeadProblem problem, Trusted trusted, double tolerance) {
    this(problem, trusted, null, tolerance);
  }

  /** The same with a term of importances. */
  BilevelObjective(
      HeadProblem problem,
      Trusted trusted,
      @Nullable ImportanceTerm importances,
      double tolerance) {
    this.problem = problem;
    this.trusted = trusted;
    this.importances = importances;
    this.tolerance = tolerance;
  }

  /** F(T); the lower level is solved from where it is. */
  double at(Matrix targets) {
    problem.moveTargets(targets);
    problem.solve(tolerance);
    double[] losses = problem.losses();
    double sum = 0;
    for (int i = 0; i < problem.size(); i++) {
      sum += losses[i];
    }
    double wanted = importances == null ? 0 : importances.value(problem.weights());
    return sum / problem.size() + trusted.loss(losses, problem.size()) + wanted;
  }

  /** n ∂F/∂T where F was last evaluated, n × k. */
  Matrix gradient() {
    Matrix gaps = Matrix.zeros(problem.predictions().rows(), problem.outputs());
    Matrix audited = trusted.gaps(problem.predictions(), problem.size(), 1);
    System.arraycopy(
        audited.values(),
        0,
        gaps.values(),
        gaps.values().length - audited.values().length,
        audited.values().length);
    Matrix targets = problem.targets();
    for (int at = 0; at < targets.values().length; at++) {
      double gap = problem.predictions().values()[at] - targets.values()[at];
      gaps.values()[at] = gap / problem.size();
    }
    Matrix slope = problem.crossProduct(gaps);
    if (importances != null) {
      importances.addGradient(problem.weights(), slope);
    }
    InverseHessianProduct product =
        problem.inverseHessianTimes(
            slope, response, Math.max(tolerance / 10, 1e-13), MOST_CG_STEPS);
    response = product.solution();
    residual = product.relativeResidual();
    cgSteps += product.steps();
    Matrix gradient = problem.lossByTargets();
    double[] effects = problem.product(response).values();
    for (int i = 0; i < gradient.values().length; i++) {
      gradient.values()[i] += effects[i];
    }
    return gradient;
  }

  HeadProblem problem() {
    return problem;
  }

  double residual() {
    return residual;
  }

  int conjugateGradients() {
    return cgSteps;
  }
}

package dev.touchstone.guiding;

import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;

/**
 * The part of the published upper objective that is smooth in the targets T (thesis, section
 * 5.2.2), and its derivative by implicit differentiation (section 5.2.3):
 *
 * <pre>
 * F(T) = (1/n) Σᵢ ℓ(xᵢ, Tᵢ; W) + (1/m) Σⱼ cⱼ ℓ(auditⱼ; W),  W = argmin (1/n) Σᵢ ℓ(xᵢ, Tᵢ; W) + ½ Σ r W²
 * n ∂F/∂T = ∂ℓ/∂T + XS,  S = H⁻¹ ∇_W F</pre>
 *
 * <p>∂ℓ/∂T is −log P for classes and T − XW for values.
 */
final class BilevelObjective {
  private static final int MOST_CG_STEPS = 2000;

  private final HeadProblem problem;
  private final Trusted trusted;
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
    this.problem = problem;
    this.trusted = trusted;
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
    return sum / problem.size() + trusted.loss(losses, problem.size());
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
    InverseHessianProduct product =
        problem.inverseHessianTimes(
            problem.crossProduct(gaps), response, Math.max(tolerance / 10, 1e-13), MOST_CG_STEPS);
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

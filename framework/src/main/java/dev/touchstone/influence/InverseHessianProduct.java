package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/**
 * An inverse-Hessian-vector product S = H⁻¹ B, and how well it was solved.
 *
 * @param solution S, (d+1) × k
 * @param relativeResidual ‖B − HS‖ / ‖B‖ in Frobenius's norm, measured after the last step; 0 for B
 *     = 0
 * @param steps of the iterative solver; 0 where the Hessian was factored
 * @param method how it was solved, for provenance
 */
public record InverseHessianProduct(
    Matrix solution, double relativeResidual, int steps, String method) {

  /** Above this a solution is none: what follows from it is not to be believed. */
  public static final double LARGEST_RESIDUAL = 1e-8;

  /** Returns whether the residual is at most {@value #LARGEST_RESIDUAL}. */
  public boolean converged() {
    return relativeResidual <= LARGEST_RESIDUAL;
  }

  /**
   * Returns the residual and the steps, such as "conjugate gradients, 41 steps, residual 3.1E-11".
   */
  public String describe() {
    return "%s, %s residual %.1E%s"
        .formatted(
            method,
            steps == 0 ? "" : steps + " steps,",
            relativeResidual,
            converged() ? "" : " (not converged)");
  }
}

package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/**
 * An inverse-Hessian-vector product S = H⁻¹ B, and how well it was solved.
 *
 * @param solution S: (d+1) × k of a head, p × 1 of a network with p weights
 * @param relativeResidual ‖B − HS‖ / ‖B‖ in Frobenius's norm, measured after the last step; 0 for B
 *     = 0
 * @param steps of the iterative solver; 0 where the Hessian was factored
 * @param method how it was solved, for provenance
 * @param accepted the largest residual at which the solution is one
 */
public record InverseHessianProduct(
    Matrix solution, double relativeResidual, int steps, String method, double accepted) {

  /** Of a head, above this a solution is none: what follows from it is not to be believed. */
  public static final double LARGEST_RESIDUAL = 1e-8;

  /** A product of which a residual of {@value #LARGEST_RESIDUAL} is accepted. */
  public InverseHessianProduct(Matrix solution, double relativeResidual, int steps, String method) {
    this(solution, relativeResidual, steps, method, LARGEST_RESIDUAL);
  }

  /** The same, where residuals up to a solver's tolerance are accepted, too. */
  InverseHessianProduct acceptedAt(double tolerance) {
    return new InverseHessianProduct(
        solution, relativeResidual, steps, method, Math.max(accepted, tolerance));
  }

  /** The same after so many steps more. */
  InverseHessianProduct after(int more) {
    return new InverseHessianProduct(solution, relativeResidual, more + steps, method, accepted);
  }

  /** Returns whether the residual is at most what is accepted. */
  public boolean converged() {
    return relativeResidual <= accepted;
  }

  /**
   * Returns this product if it converged.
   *
   * @param cure what to do if not
   * @throws NotConvergedException if it did not: what would follow from it is not to be believed
   */
  public InverseHessianProduct requireConverged(String cure) {
    if (!converged()) {
      throw new NotConvergedException(
          "an inverse-Hessian product was not found (%s; %s is accepted); %s"
              .formatted(describe(), accepted, cure));
    }
    return this;
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

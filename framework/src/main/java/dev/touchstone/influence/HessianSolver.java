package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/** Solves H X = B for the Hessian of the convex head. */
interface HessianSolver {

  /**
   * The solution.
   *
   * @param rightHandSide B, p × k
   * @param tolerance the residual's norm relative to B's, where the solver is iterative
   */
  Matrix solve(Matrix rightHandSide, double tolerance);
}

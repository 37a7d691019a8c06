package dev.touchstone.guiding;

import dev.touchstone.linalg.Matrix;

/**
 * What a bilevel update found, and how well. Immutable; matrices and arrays are not copied and must
 * not change.
 *
 * @param targets T, the distributions over classes, or the values, that training examples are given
 *     in the place of their labels, n × k
 * @param suspicion how suspicious every training example's label is, the larger the more
 * @param proposed the class that is proposed for every example other than its given one; empty
 *     where targets are values
 * @param weights W, the updated head, (d+1) × k, on the features as the lower level sees them
 * @param objective the upper objective at the last step
 * @param upperGradient what is left of the upper level's first-order condition, in the mean over
 *     examples: for the entropic form ‖Tᵢ − softmax(−Gᵢ)‖₁, else the length of the projected
 *     gradient's step
 * @param lowerGradient the largest entry of the lower level's gradient at W
 * @param residual ‖B − HS‖ / ‖B‖ of the last inverse-Hessian product
 * @param iterations of the upper level
 * @param conjugateGradients steps of conjugate gradients, of all iterations together
 * @param stopped why it stopped
 * @param settings what it was made with, in words
 */
public record BilevelResult(
    Matrix targets,
    double[] suspicion,
    int[] proposed,
    Matrix weights,
    double objective,
    double upperGradient,
    double lowerGradient,
    double residual,
    int iterations,
    int conjugateGradients,
    Stop stopped,
    String settings) {

  /** Why an update stopped. */
  public enum Stop {
    /** What still changed was below the tolerance. */
    CONVERGED("converged"),
    /** It was not allowed more iterations. */
    MOST_ITERATIONS("stopped after as many iterations as are allowed"),
    /** No step lowered the objective any more. */
    NO_DESCENT("stopped where no step lowered the objective");

    private final String words;

    Stop(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** The same found, told in other units. */
  BilevelResult withTargets(Matrix others) {
    return new BilevelResult(
        others,
        suspicion,
        proposed,
        weights,
        objective,
        upperGradient,
        lowerGradient,
        residual,
        iterations,
        conjugateGradients,
        stopped,
        settings);
  }

  /** Returns in one line how well it was solved. */
  public String describe() {
    return "%s; %s: %d iterations, objective %.4g, upper gradient %.1E, lower gradient %.1E, residual %.1E, %d steps of conjugate gradients"
        .formatted(
            settings,
            stopped,
            iterations,
            objective,
            upperGradient,
            lowerGradient,
            residual,
            conjugateGradients);
  }
}

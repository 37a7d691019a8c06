package dev.touchstone.guiding.repair;

import dev.touchstone.guiding.ImportanceTerm;
import dev.touchstone.linalg.Matrix;

/**
 * What concepts that should not matter contribute to the audit examples' labels, as a penalty: the
 * {@linkplain ImportanceTerm term of importances} where s = 0. Matching the other importances, ±1,
 * by magnitude as printed hurts: how much a concept matters is for the data to say.
 */
final class IgnoredConcepts implements PenalisedLayer.Smooth {
  private final ImportanceTerm term;

  /**
   * Penalises.
   *
   * @param audit m × q concepts
   * @param ignored of every concept, whether it should not matter
   */
  IgnoredConcepts(
      Matrix audit, int[] labels, double[] confidence, boolean[] ignored, double strength) {
    this.term =
        new ImportanceTerm(
            audit,
            labels,
            confidence,
            Matrix.zeros(audit.rows(), audit.columns()),
            ignored,
            strength);
  }

  @Override
  public double value(Matrix w) {
    return term.value(w);
  }

  @Override
  public void addGradient(Matrix w, Matrix to) {
    term.addGradient(w, to);
  }

  @Override
  public void addHessian(Matrix w, Matrix to) {
    term.addHessian(w, to);
  }
}

package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/** What an example costs, by its outputs z = xᵢ W and its target t, both of length k. */
interface Loss {

  /**
   * Turns outputs into predictions in place: what the target is subtracted from in the loss's
   * derivative by z.
   *
   * @return the loss
   */
  double predict(double[] outputs, int at, double[] targets, int targetsAt, int k);

  /** The loss of predictions that are known. */
  double of(double[] predictions, int at, double[] targets, int targetsAt, int k);

  /** What a unit more of one target changes in the loss, where predictions stay. */
  double byTarget(double prediction, double target);

  /** Multiplies the loss's second derivative D by a vector in place. */
  void curve(double[] predictions, int predictionsAt, double[] vector, int at, int k);

  /** Whether D is the identity everywhere, so that outputs do not know of each other. */
  boolean isQuadratic();

  /**
   * The mean of D over examples, k × k.
   *
   * @param weights of the examples; their sum is taken to be 1
   */
  Matrix meanCurvature(Matrix predictions, double[] weights);
}

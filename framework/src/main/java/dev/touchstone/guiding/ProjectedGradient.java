package dev.touchstone.guiding;

import dev.touchstone.linalg.Matrix;

/**
 * Minimises γ · distance(T) + F(T) by proximal gradient steps with Armijo's rule, each of which
 * solves the lower level to its end.
 */
final class ProjectedGradient {
  private static final double ARMIJO = 1e-3;
  private static final double LONGEST = 100;
  private static final double LONGER = 1.6;
  private static final int MOST_HALVINGS = 20;
  private static final double LEAST_MOVE = 1e-5;

  private final BilevelObjective objective;
  private final TargetSpace space;
  private final double tolerance;
  private Matrix targets;
  private Matrix gradient;
  private double smooth;
  private double length;
  private int iterations;
  private BilevelResult.Stop stopped = BilevelResult.Stop.MOST_ITERATIONS;

  /**
   * At the targets as given.
   *
   * @param tolerance how little of the objective a last step wins, relatively
   * @param firstLength of a step
   */
  ProjectedGradient(
      BilevelObjective objective, TargetSpace space, double tolerance, double firstLength) {
    this.objective = objective;
    this.space = space;
    this.tolerance = tolerance;
    this.length = firstLength;
    this.targets = space.given();
    this.smooth = objective.at(targets);
    this.gradient = objective.gradient();
  }

  /** Goes on from where it is, under another γ, for at most so many steps. */
  void run(double gamma, int mostSteps) {
    stopped = BilevelResult.Stop.MOST_ITERATIONS;
    double value = smooth + gamma * space.distance(targets);
    for (int step = 0; step < mostSteps; step++) {
      Matrix moved = targets;
      double there = Double.POSITIVE_INFINITY;
      double movedSmooth = smooth;
      boolean descended = false;
      for (int halving = 0; halving < MOST_HALVINGS && !descended; halving++) {
        moved = space.step(targets, gradient, length, gamma);
        double distance = gamma * space.distance(moved);
        double expected = slope(moved) + distance - gamma * space.distance(targets);
        if (expected > -1e-15) {
          break;
        }
        movedSmooth = objective.at(moved);
        there = movedSmooth + distance;
        descended = there <= value + ARMIJO * expected;
        length = descended ? length : length / 2;
      }
      if (!descended) {
        smooth = objective.at(targets); // where W was
        stopped =
            gap(gamma) < LEAST_MOVE ? BilevelResult.Stop.CONVERGED : BilevelResult.Stop.NO_DESCENT;
        return;
      }
      iterations++;
      double move = meanMove(moved);
      double won = value - there;
      targets = moved;
      smooth = movedSmooth;
      value = there;
      gradient = objective.gradient();
      length = Math.min(length * LONGER, LONGEST);
      if (won < tolerance * Math.max(1, Math.abs(value)) || move < LEAST_MOVE) {
        stopped = BilevelResult.Stop.CONVERGED;
        return;
      }
    }
  }

  private double slope(Matrix moved) {
    double sum = 0;
    for (int i = 0; i < moved.values().length; i++) {
      sum += gradient.values()[i] * (moved.values()[i] - targets.values()[i]);
    }
    return sum / moved.rows();
  }

  private double meanMove(Matrix moved) {
    double sum = 0;
    for (int i = 0; i < moved.values().length; i++) {
      sum += Math.abs(moved.values()[i] - targets.values()[i]);
    }
    return sum / moved.rows();
  }

  /** How far a step of length 1 would go, in the mean: 0 where the first-order condition holds. */
  double gap(double gamma) {
    return meanMove(space.step(targets, gradient, 1, gamma));
  }

  /** T, n × k; not a copy. */
  Matrix targets() {
    return targets;
  }

  /** n ∂F/∂T, n × k, without γ; not a copy. */
  Matrix gradient() {
    return gradient;
  }

  double value(double gamma) {
    return smooth + gamma * space.distance(targets);
  }

  int iterations() {
    return iterations;
  }

  BilevelResult.Stop stopped() {
    return stopped;
  }

  /** What was found, under the γ it was last run with. */
  BilevelResult result(double gamma, String settings, double[] suspicion, int... proposed) {
    return new BilevelResult(
        targets,
        suspicion,
        proposed,
        objective.problem().weights(),
        value(gamma),
        gap(gamma),
        objective.problem().largestGradient(),
        objective.residual(),
        iterations,
        objective.conjugateGradients(),
        stopped,
        settings);
  }
}

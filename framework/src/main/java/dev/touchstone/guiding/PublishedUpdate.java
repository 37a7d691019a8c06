package dev.touchstone.guiding;

import dev.touchstone.linalg.Matrix;

/**
 * The bilevel update as printed (thesis, section 5.2.2 with the modification for classification of
 * section 5.2.4), by projected gradient steps on the simplex.
 */
final class PublishedUpdate {
  /** What breaks ties of 1 − T(i, yᵢ), most of which are 0. */
  private static final double TIE = 1e-3;

  private PublishedUpdate() {}

  /** From the labels as given, under one γ. */
  static BilevelResult of(
      ProjectedGradient descent, TargetSpace.Simplex space, double gamma, int mostSteps) {
    descent.run(gamma, mostSteps);
    int[] labels = space.labels();
    double[] suspicion = new double[labels.length];
    int[] others = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      others[i] = other(descent.targets(), descent.gradient(), i, labels[i]);
      suspicion[i] =
          1
              - descent.targets().get(i, labels[i])
              + TIE * share(margin(descent.gradient(), i, labels[i]));
    }
    return descent.result(gamma, "gamma " + gamma, suspicion, others);
  }

  /**
   * By how much the objective falls, to first order, as the label moves to the best other class.
   */
  static double margin(Matrix gradient, int example, int label) {
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < gradient.columns(); c++) {
      least = c == label ? least : Math.min(least, gradient.get(example, c));
    }
    return gradient.get(example, label) - least;
  }

  /** The class other than the given one with the most of the label; of equals the cheapest. */
  static int other(Matrix targets, Matrix gradient, int example, int label) {
    int best = label == 0 ? 1 : 0;
    for (int c = 0; c < targets.columns(); c++) {
      double more = targets.get(example, c) - targets.get(example, best);
      boolean cheaper = gradient.get(example, c) < gradient.get(example, best);
      if (c != label && (more > 0 || (more == 0 && cheaper))) {
        best = c;
      }
    }
    return best;
  }

  /** 1/(1 + e⁻ˣ). */
  static double share(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}

package dev.touchstone.attribution.perturbation;

/** Limits of a share by the Kullback-Leibler divergence of Bernoulli variables (KL-UCB). */
final class KullbackLeibler {
  private static final int HALVINGS = 40;

  private KullbackLeibler() {}

  /** Returns the largest q from p on with {@code KL(p, q) ≤ level}. */
  static double upper(double p, double level) {
    double least = p;
    double most = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (least + most) / 2;
      if (divergence(p, middle) > level) {
        most = middle;
      } else {
        least = middle;
      }
    }
    return least;
  }

  /** Returns the smallest q up to p with {@code KL(p, q) ≤ level}. */
  static double lower(double p, double level) {
    return 1 - upper(1 - p, level);
  }

  /** {@code p ln(p/q) + (1−p) ln((1−p)/(1−q))}, with 0 ln 0 = 0. */
  static double divergence(double p, double q) {
    return part(p, q) + part(1 - p, 1 - q);
  }

  private static double part(double p, double q) {
    if (p == 0) {
      return 0;
    }
    return q == 0 ? Double.POSITIVE_INFINITY : p * Math.log(p / q);
  }
}

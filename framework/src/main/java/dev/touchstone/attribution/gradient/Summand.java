package dev.touchstone.attribution.gradient;

/** What a step of a path adds to a map. */
interface Summand {

  /**
   * Adds it.
   *
   * @param gradient of the step, or where it is looked at
   * @param share of the path that the step is
   * @param step by which it moves the values that the gradient is of
   */
  void add(double[] map, double[] gradient, double share, double[] step);

  /** The gradient times the way: what sums to the rise of the quantity. */
  static Summand alongTheWay() {
    return (map, gradient, share, step) -> {
      for (int j = 0; j < map.length; j++) {
        map[j] += gradient[j] * step[j];
      }
    };
  }

  /** The gradient alone: its mean over the path. */
  static Summand mean() {
    return (map, gradient, share, step) -> {
      for (int j = 0; j < map.length; j++) {
        map[j] += gradient[j] * share;
      }
    };
  }
}

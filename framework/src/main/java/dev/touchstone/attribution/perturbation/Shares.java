package dev.touchstone.attribution.perturbation;

/**
 * What each player of a game is given.
 *
 * @param values one per player
 * @param standardError the root of the summed squares of their standard errors; 0 where they are
 *     exact
 */
record Shares(double[] values, double standardError) {
  /** Shares that nothing was drawn for. */
  static Shares exact(double... values) {
    return new Shares(values, 0);
  }
}

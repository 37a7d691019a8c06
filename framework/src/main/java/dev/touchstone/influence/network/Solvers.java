package dev.touchstone.influence.network;

/** What settings of solvers have to be. */
final class Solvers {
  private Solvers() {}

  static void checkTolerance(double residual) {
    if (!(residual > 0 && residual < 1)) {
      throw new IllegalArgumentException(
          "a tolerance lies between 0 and 1, above which nothing is solved; was " + residual);
    }
  }

  static void checkCount(String of, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("at least one of the " + of + " is needed, was " + count);
    }
  }
}

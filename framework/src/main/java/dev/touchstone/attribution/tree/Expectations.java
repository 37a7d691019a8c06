package dev.touchstone.attribution.tree;

/** Means over the leaves of a tree. */
final class Expectations {
  private Expectations() {}

  /** Returns the mean worth of leaves that are reached with these probabilities. */
  static double of(double[] probabilities, double[] worth) {
    double mean = 0;
    for (int leaf = 0; leaf < worth.length; leaf++) {
      mean += probabilities[leaf] * worth[leaf];
    }
    return mean;
  }
}

package dev.touchstone.attribution.tree;

/** A tree that is ready to say what each column contributes to the worth of the leaf of a row. */
interface TreeContributions {

  /**
   * Adds the Shapley values of the tree to those of rows.
   *
   * @param worth of each leaf, by its node
   */
  void addTo(RowBlock block, double[] worth);

  /** Returns what a leaf is worth where all columns are absent. */
  double expected(double[] worth);
}

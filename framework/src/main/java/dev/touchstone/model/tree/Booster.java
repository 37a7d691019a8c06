package dev.touchstone.model.tree;

import java.util.List;

/** A model that stands in a file of XGBoost or LightGBM, and answers as the library does. */
public sealed interface Booster permits TreeEnsemble, LinearBooster, LinearLeafTrees {

  /** Returns the columns that it takes. */
  List<TreeColumn> columns();

  /** Returns how many numbers it answers for an example. */
  int outputs();

  /**
   * Answers for examples as the library's {@code predict} does, on all processors.
   *
   * @param rows one number a column each, NaN where one is missing; categories by their position
   */
  double[][] answers(double[][] rows);
}

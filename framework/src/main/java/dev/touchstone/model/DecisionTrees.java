package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.model.tree.TreeEnsemble;

/**
 * The capability to show the trees whose leaves a model's answers are made of, and examples as
 * these trees take them.
 */
public interface DecisionTrees {

  /** Returns the trees. */
  TreeEnsemble ensemble();

  /**
   * Reads a batch as the trees take it.
   *
   * @param batch n examples, of the columns that the model takes
   * @return n × {@link TreeEnsemble#columns}: one number a column, NaN where one is missing,
   *     categories by their position
   * @throws dev.touchstone.runtime.TouchstoneException if the data lack a column, or have others
   */
  double[][] rows(Inputs batch);

  /**
   * Returns where each of the trees' columns stands among those of the data: the features first, in
   * their order, then the other inputs in theirs.
   *
   * @return one place for each of {@link TreeEnsemble#columns}, from 0
   * @throws dev.touchstone.runtime.TouchstoneException if the data lack a column, or have others
   */
  int[] places(Inputs batch);
}

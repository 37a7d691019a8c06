package dev.touchstone.attribution.tree;

import dev.touchstone.model.tree.Tree;
import java.util.List;

/** What stands in the place of a column that a coalition lacks: what a Shapley value is of. */
interface AbsentColumns {

  /** Returns how contributions are made, in words. */
  String rule();

  /**
   * Makes a tree ready by a table for each leaf: quick for many rows.
   *
   * @param tree its place in the ensemble
   */
  TreeContributions tabulated(int tree, TreePaths paths);

  /**
   * Makes a tree ready without tables, which grow exponentially with the number of columns on a
   * path.
   *
   * @param tree its place in the ensemble
   */
  TreeContributions walked(int tree, TreePaths paths);

  /**
   * Returns about how long a row takes to be explained without tables, in nanoseconds: what tables
   * have to make up for.
   */
  double walkingTime(TreePaths paths);

  /**
   * Returns the ways in which absent columns go through a tree, of which the mean is explained: by
   * node, the share of what came to the node above it that comes to it.
   *
   * @param tree its place in the ensemble
   */
  List<double[]> arrivals(int tree);

  /** Returns what each leaf adds to a weighted sum of the ensemble's sums. */
  static double[] worth(Tree tree, double weight, double[] gradient) {
    double[] worth = new double[tree.size()];
    for (int leaf = 0; leaf < worth.length; leaf++) {
      int[] outputs = tree.outputs(leaf);
      double[] values = tree.values(leaf);
      for (int i = 0; i < outputs.length; i++) {
        worth[leaf] += weight * gradient[outputs[i]] * values[i];
      }
    }
    return worth;
  }
}

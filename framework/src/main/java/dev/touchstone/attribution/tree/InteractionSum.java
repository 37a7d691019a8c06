package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.Workers;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.RunContext;
import java.util.List;

/** The Shapley interaction indices of a weighted sum of an ensemble's sums, tree by tree. */
final class InteractionSum {
  private final TreeEnsemble ensemble;
  private final AbsentColumns absent;
  private final RunContext context;

  InteractionSum(TreeEnsemble ensemble, AbsentColumns absent, RunContext context) {
    this.ensemble = ensemble;
    this.absent = absent;
    this.context = context;
  }

  /**
   * Explains rows.
   *
   * @param rows as thresholds are compared with them
   * @param gradients for each row, the weights of the ensemble's sums
   * @return for each row, d × d, the indices of pairs above the diagonal
   */
  double[][][] of(double[][] rows, double[][] gradients) {
    int width = ensemble.columns().size();
    double[][][] indices = new double[rows.length][width][width];
    for (int t = 0; t < ensemble.trees().size(); t++) {
      Tree tree = ensemble.trees().get(t);
      double weight = ensemble.weight(t);
      TreePaths paths = TreePaths.of(tree, width);
      List<double[]> arrivals = absent.arrivals(t);
      Workers.forEach(
          rows.length,
          i -> {
            double[] worth = AbsentColumns.worth(tree, weight / arrivals.size(), gradients[i]);
            InteractionWalk walk = new InteractionWalk(paths);
            arrivals.forEach(shares -> walk.add(rows[i], shares, worth, indices[i]));
          });
      context.progress().step("trees of pairs explained", t + 1, ensemble.trees().size());
    }
    return indices;
  }
}

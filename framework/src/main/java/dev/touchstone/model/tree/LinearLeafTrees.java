package dev.touchstone.model.tree;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trees in each of whose leaves stands a linear model, as LightGBM's {@code linear_tree} has them
 * (Shi et al., Gradient boosting with piece-wise linear regression trees, 2019): a number and
 * columns times weights, or, where one of these columns is missing, the leaf's value ({@code
 * Tree::Predict}). Immutable.
 */
public final class LinearLeafTrees implements Booster {
  /**
   * A leaf's model.
   *
   * @param constant added to columns times weights
   */
  record LinearModel(double constant, int[] columns, double[] weights) {

    /** Its number, or another where a column is missing. */
    double of(double[] row, double otherwise) {
      double sum = constant;
      for (int i = 0; i < columns.length; i++) {
        double value = row[columns[i]];
        if (Double.isNaN(value)) {
          return otherwise;
        }
        sum += value * weights[i];
      }
      return sum;
    }
  }

  /** With the values of the leaves where a column is missing. */
  private final TreeEnsemble trees;

  /** By tree and node; null for a node that is no leaf. */
  private final List<@Nullable LinearModel[]> models;

  LinearLeafTrees(TreeEnsemble trees, List<@Nullable LinearModel[]> models) {
    this.trees = trees;
    this.models = List.copyOf(models);
  }

  @Override
  public List<TreeColumn> columns() {
    return trees.columns();
  }

  @Override
  public int outputs() {
    return trees.outputs();
  }

  @Override
  public double[][] answers(double[][] rows) {
    return Arrays.stream(rows).parallel().map(this::answer).toArray(double[][]::new);
  }

  private double[] answer(double[] row) {
    double[] sums = new double[trees.outputs()];
    for (int output = 0; output < sums.length; output++) {
      sums[output] = trees.base(output);
    }
    for (int t = 0; t < trees.trees().size(); t++) {
      Tree tree = trees.trees().get(t);
      int leaf = tree.leaf(row);
      double value = tree.values(leaf)[0];
      LinearModel model = models.get(t)[leaf];
      sums[tree.outputs(leaf)[0]] +=
          trees.weight(t) * (model == null ? value : model.of(row, value));
    }
    return trees.answerOf(sums);
  }

  @Override
  public String toString() {
    return "%s with linear models in their leaves".formatted(trees);
  }
}

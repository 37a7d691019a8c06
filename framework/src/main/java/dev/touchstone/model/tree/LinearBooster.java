package dev.touchstone.model.tree;

import dev.touchstone.model.tree.TreeEnsemble.Link;
import java.util.Arrays;
import java.util.List;

/**
 * A sum of columns times weights, as XGBoost's {@code gblinear} has it: in single precision, column
 * after column, without those that are missing ({@code GBLinear::Pred}). Immutable.
 */
public final class LinearBooster implements Booster {
  private final List<TreeColumn> columns;

  /** By output and column; behind the columns the bias. */
  private final float[][] weights;

  private final float base;
  private final Link link;

  /**
   * A linear model.
   *
   * @param weights by output and column; behind the columns the bias
   * @param base with which each sum begins besides: XGBoost takes the first output's for all
   */
  LinearBooster(List<TreeColumn> columns, float[][] weights, float base, Link link) {
    this.columns = List.copyOf(columns);
    this.weights = weights;
    this.base = base;
    this.link = link;
  }

  @Override
  public List<TreeColumn> columns() {
    return columns;
  }

  @Override
  public int outputs() {
    return weights.length;
  }

  @Override
  public double[][] answers(double[][] rows) {
    return Arrays.stream(rows).parallel().map(this::answer).toArray(double[][]::new);
  }

  private double[] answer(double[] row) {
    double[] sums = new double[weights.length];
    for (int output = 0; output < sums.length; output++) {
      float[] weight = weights[output];
      float sum = weight[columns.size()] + base;
      for (int c = 0; c < columns.size(); c++) {
        if (!Double.isNaN(row[c])) {
          sum += (float) row[c] * weight[c];
        }
      }
      sums[output] = sum;
    }
    return link.of(sums, 1);
  }

  @Override
  public String toString() {
    return "a linear model of %d columns of XGBoost".formatted(columns.size());
  }
}

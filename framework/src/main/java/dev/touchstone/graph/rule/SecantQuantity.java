package dev.touchstone.graph.rule;

import dev.touchstone.graph.Quantity;

/**
 * A quantity that is no sum of scores, along paths whose points are the rows: in place of its
 * derivatives each row has those of a secant from its predecessor. They are the mean of the
 * derivatives at both, moved along the step Δs of the scores so that the step is met exactly:
 * {@code g + (Δq − g·Δs) Δs / ‖Δs‖²} (the least change that does; Broyden 1965, eq. 4.5).
 *
 * @param quantity of the rows
 * @param before the scores of each row's predecessor
 * @param scores of the rows
 */
record SecantQuantity(Quantity quantity, double[][] before, double[][] scores) implements Quantity {

  @Override
  public double value(double[] ofRow, int row) {
    return quantity.value(ofRow, row);
  }

  @Override
  public double[] gradient(double[] ofRow, int row) {
    double[] from = before[row];
    double[] to = scores[row];
    double[] here = quantity.gradient(from, row);
    double[] there = quantity.gradient(to, row);
    double[] secant = new double[here.length];
    double rise = quantity.value(to, row) - quantity.value(from, row);
    double squares = 0;
    for (int c = 0; c < secant.length; c++) {
      double step = to[c] - from[c];
      secant[c] = (here[c] + there[c]) / 2;
      rise -= secant[c] * step;
      squares += step * step;
    }
    for (int c = 0; c < secant.length && squares > 0; c++) {
      secant[c] += rise * (to[c] - from[c]) / squares;
    }
    return secant;
  }

  @Override
  public String describe() {
    return quantity.describe();
  }
}

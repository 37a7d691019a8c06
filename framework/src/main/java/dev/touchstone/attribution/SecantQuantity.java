package dev.touchstone.attribution;

import dev.touchstone.graph.Quantity;

/**
 * A quantity that is no sum of scores, along a path whose points are the rows: in place of its
 * derivatives each row has those of a secant to the next row. They are the mean of the derivatives
 * at both rows, moved along the step Δs of the scores so that the step is met exactly: {@code g +
 * (Δq − g·Δs) Δs / ‖Δs‖²} (the least change that does; Broyden 1965, eq. 4.5).
 *
 * @param quantity of the rows
 * @param scores of the rows
 */
record SecantQuantity(Quantity quantity, double[][] scores) implements Quantity {

  @Override
  public double value(double[] ofRow, int row) {
    return quantity.value(ofRow, row);
  }

  @Override
  public double[] gradient(double[] ofRow, int row) {
    double[] here = quantity.gradient(scores[row], row);
    if (row + 1 == scores.length) {
      return here;
    }
    // The next row may be of another example; then nobody uses what is passed back.
    double[] there = quantity.gradient(scores[row + 1], row);
    double[] secant = new double[here.length];
    double rise = quantity.value(scores[row + 1], row) - quantity.value(scores[row], row);
    double squares = 0;
    for (int c = 0; c < secant.length; c++) {
      double step = scores[row + 1][c] - scores[row][c];
      secant[c] = (here[c] + there[c]) / 2;
      rise -= secant[c] * step;
      squares += step * step;
    }
    for (int c = 0; c < secant.length && squares > 0; c++) {
      secant[c] += rise * (scores[row + 1][c] - scores[row][c]) / squares;
    }
    return secant;
  }

  @Override
  public String describe() {
    return quantity.describe();
  }
}

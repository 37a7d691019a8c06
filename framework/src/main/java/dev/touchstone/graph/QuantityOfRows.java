package dev.touchstone.graph;

import java.util.Arrays;

/** A quantity of rows that were made of examples, each asked what its example is. */
record QuantityOfRows(Quantity quantity, int[] examples) implements Quantity {

  @Override
  public double value(double[] scores, int row) {
    return quantity.value(scores, examples[row]);
  }

  @Override
  public double[] gradient(double[] scores, int row) {
    return quantity.gradient(scores, examples[row]);
  }

  @Override
  public String describe() {
    return quantity.describe();
  }

  @Override
  public boolean isLinear() {
    return quantity.isLinear();
  }

  @Override
  public Quantity ofRows(int... rows) {
    return new QuantityOfRows(quantity, Arrays.stream(rows).map(row -> examples[row]).toArray());
  }
}

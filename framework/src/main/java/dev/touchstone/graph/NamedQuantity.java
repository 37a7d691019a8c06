package dev.touchstone.graph;

/** A quantity that is called by what its numbers were made of. */
record NamedQuantity(String describe, Quantity quantity) implements Quantity {

  @Override
  public double value(double[] scores, int example) {
    return quantity.value(scores, example);
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    return quantity.gradient(scores, example);
  }

  @Override
  public boolean isLinear() {
    return quantity.isLinear();
  }
}

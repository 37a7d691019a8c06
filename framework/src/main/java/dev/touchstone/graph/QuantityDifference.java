package dev.touchstone.graph;

import java.util.Arrays;

/** How much more of one quantity there is than of another. */
record QuantityDifference(Quantity over, Quantity other) implements Quantity {

  @Override
  public double value(double[] scores, int example) {
    return over.value(scores, example) - other.value(scores, example);
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    double[] gradient = over.gradient(scores, example).clone();
    double[] against = other.gradient(scores, example);
    Arrays.setAll(gradient, i -> gradient[i] - against[i]);
    return gradient;
  }

  @Override
  public String describe() {
    return over.describe() + " minus " + other.describe();
  }

  @Override
  public boolean isLinear() {
    return over.isLinear() && other.isLinear();
  }
}

package dev.touchstone.graph;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** A loss, each example's times a factor of its own. */
record ScaledLoss(Loss loss, IntToDoubleFunction factor) implements Loss {

  @Override
  public double value(double[] scores, int example) {
    return factor.applyAsDouble(example) * loss.value(scores, example);
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    return times(loss.gradient(scores, example), example);
  }

  @Override
  public double[] hessianVector(double[] scores, int example, double[] vector) {
    return times(loss.hessianVector(scores, example, vector), example);
  }

  private double[] times(double[] numbers, int example) {
    double by = factor.applyAsDouble(example);
    return Arrays.stream(numbers).map(number -> by * number).toArray();
  }
}

package dev.touchstone.graph;

import java.util.Arrays;

/** A weighted sum of an example's scores. */
record LinearQuantity(String describe, Weights weights) implements Quantity {

  /** The weights of an example. */
  @FunctionalInterface
  interface Weights {
    double[] of(int scores, int example);
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    return weights.of(scores.length, example);
  }

  @Override
  public double value(double[] scores, int example) {
    double[] factors = weights.of(scores.length, example);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      // A class that is masked scores −∞, and takes part only where it is asked about.
      sum += factors[i] == 0 ? 0 : factors[i] * scores[i];
    }
    return sum;
  }

  /** Each example's score of its class; one class is that of all examples. */
  static LinearQuantity ofClasses(int... targets) {
    int[] classes = targets.clone();
    boolean alike = classes.length > 0 && Arrays.stream(classes).allMatch(c -> c == classes[0]);
    return new LinearQuantity(
        alike ? "class " + classes[0] : "each example's own class",
        (scores, example) -> oneHot(scores, classes[place(classes, example)]));
  }

  private static int place(int[] classes, int example) {
    if (classes.length == 1) {
      return 0;
    }
    if (example >= classes.length) {
      throw new IllegalArgumentException(
          "%d classes for a batch with an example %d; give one for each example, or one for all"
              .formatted(classes.length, example));
    }
    return example;
  }

  /** 1 at the class's score, 0 elsewhere; a single score stands for class 1. */
  static double[] oneHot(int scores, int target) {
    int classes = Math.max(2, scores);
    if (target < 0 || target >= classes) {
      throw new IllegalArgumentException(
          "class %d of a model with %d classes; they are counted from 0 to %d"
              .formatted(target, classes, classes - 1));
    }
    double[] weights = new double[scores];
    if (scores == 1) {
      weights[0] = target == 1 ? 1 : -1;
    } else {
      weights[target] = 1;
    }
    return weights;
  }
}

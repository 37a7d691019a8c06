package dev.touchstone.graph;

/** A weighted sum of an example's scores. */
record LinearQuantity(Weights weights) implements Quantity {

  /** The weights of an example. */
  @FunctionalInterface
  interface Weights {
    double[] of(int scores, int example);
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
      sum += factors[i] * scores[i];
    }
    return sum;
  }

  /** Each example's score of its class. */
  static LinearQuantity ofClasses(int[] targets) {
    return new LinearQuantity((scores, example) -> oneHot(scores, targets[example]));
  }

  /** 1 at the class's score, 0 elsewhere; a single score stands for class 1. */
  static double[] oneHot(int scores, int target) {
    int classes = Math.max(2, scores);
    if (target < 0 || target >= classes) {
      throw new IllegalArgumentException(
          "class " + target + " of a model with " + classes + " classes");
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

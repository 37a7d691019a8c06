package dev.touchstone.model;

import java.util.Arrays;
import java.util.List;

/** Class probabilities of n examples, and what is read off them. */
public final class Predictions {
  private final double[][] probabilities;

  private Predictions(double[][] probabilities) {
    this.probabilities = probabilities;
  }

  /**
   * From n × k probabilities, k ≥ 2; shared, not copied.
   *
   * @throws IllegalArgumentException for rows of different lengths or fewer than two classes
   */
  public static Predictions of(double[][] probabilities) {
    for (double[] row : probabilities) {
      if (row.length < 2 || row.length != probabilities[0].length) {
        throw new IllegalArgumentException("every example needs the same k >= 2 probabilities");
      }
    }
    return new Predictions(probabilities);
  }

  /** The batches' predictions, one after the other. */
  public static Predictions concatenated(List<Predictions> batches) {
    return of(
        batches.stream().flatMap(b -> Arrays.stream(b.probabilities)).toArray(double[][]::new));
  }

  /** The number of examples. */
  public int size() {
    return probabilities.length;
  }

  /** The number of classes; 0 without examples. */
  public int classes() {
    return probabilities.length == 0 ? 0 : probabilities[0].length;
  }

  /** The probability of a class. */
  public double probability(int example, int label) {
    return probabilities[example][label];
  }

  /** A copy of an example's probabilities. */
  public double[] probabilities(int example) {
    return probabilities[example].clone();
  }

  /** The most probable class, the first of equals. */
  public int predicted(int example) {
    return mostProbable(probabilities[example]);
  }

  /** The class with the largest of some probabilities, the first of equals. */
  public static int mostProbable(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }

  /** The probability of the predicted class. */
  public double confidence(int example) {
    return probabilities[example][predicted(example)];
  }
}

package dev.touchstone.statistics;

import org.apiguardian.api.API;

/** Probabilities of scores in double precision: {@code e^z / Σ e^z}, in any size of scores. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Softmax {
  private Softmax() {}

  /** Returns the probabilities of scores, which stay as they are. */
  public static double[] of(double... scores) {
    double[] probabilities = scores.clone();
    inPlace(probabilities, 0, scores.length);
    return probabilities;
  }

  /**
   * Puts probabilities in the place of scores.
   *
   * @param values what holds the scores, from {@code at} on
   * @param classes how many they are
   */
  public static void inPlace(double[] values, int at, int classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      largest = Math.max(largest, values[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      values[at + c] = Math.exp(values[at + c] - largest);
      sum += values[at + c];
    }
    for (int c = 0; c < classes; c++) {
      values[at + c] /= sum;
    }
  }
}

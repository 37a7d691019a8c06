package dev.touchstone.similarity;

import java.util.Arrays;

/** Pearson's correlation. */
public final class Pearson {
  private Pearson() {}

  /**
   * Returns the correlation of two lists of numbers, in [-1, 1]; NaN if one of them is constant.
   *
   * @param b as many as in the first
   */
  public static double of(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double products = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      products += (a[i] - meanA) * (b[i] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return squaresA == 0 || squaresB == 0
        ? Double.NaN
        : Math.max(-1, Math.min(1, products / Math.sqrt(squaresA * squaresB)));
  }
}

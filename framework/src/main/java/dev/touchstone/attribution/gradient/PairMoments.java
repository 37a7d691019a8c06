package dev.touchstone.attribution.gradient;

/**
 * Value by value, the means over pairs of p, a pair's mean, and q, the mean of its squares, and the
 * sums of their deviations' squares and products (Welford 1962).
 */
final class PairMoments {
  private final double[] p;
  private final double[] q;
  private final double[] ofP;
  private final double[] ofQ;
  private final double[] ofBoth;
  private int pairs;

  /** None yet, of so many values. */
  PairMoments(int size) {
    p = new double[size];
    q = new double[size];
    ofP = new double[size];
    ofQ = new double[size];
    ofBoth = new double[size];
  }

  void add(double[] above, double[] below) {
    pairs++;
    for (int j = 0; j < p.length; j++) {
      double mean = (above[j] + below[j]) / 2;
      double square = (above[j] * above[j] + below[j] * below[j]) / 2;
      double fromP = mean - p[j];
      double fromQ = square - q[j];
      p[j] += fromP / pairs;
      q[j] += fromQ / pairs;
      ofP[j] += fromP * (mean - p[j]);
      ofQ[j] += fromQ * (square - q[j]);
      ofBoth[j] += fromP * (square - q[j]);
    }
  }

  /** The squares of the means. */
  double[] squaredMeans() {
    double[] squares = new double[p.length];
    for (int j = 0; j < p.length; j++) {
      squares[j] = p[j] * p[j];
    }
    return squares;
  }

  /**
   * The variances, without bias: q − p² is too small by the variance of p, which that of the pairs'
   * means over their number estimates.
   */
  double[] variances() {
    double[] variances = new double[p.length];
    for (int j = 0; j < p.length; j++) {
      variances[j] = q[j] - p[j] * p[j] + ofP[j] / (pairs - 1) / pairs;
    }
    return variances;
  }

  /**
   * The root of the summed squares of the standard errors of functions of p and q, to first order.
   *
   * @param slopeOverMean their slopes in p, as multiples of p
   * @param slope their slopes in q
   */
  double standardError(double slopeOverMean, double slope) {
    double sum = 0;
    for (int j = 0; j < p.length; j++) {
      double inP = slopeOverMean * p[j];
      sum += slope * slope * ofQ[j] + 2 * slope * inP * ofBoth[j] + inP * inP * ofP[j];
    }
    return Math.sqrt(Math.max(0, sum) / (pairs - 1) / pairs);
  }
}

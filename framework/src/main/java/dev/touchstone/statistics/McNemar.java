package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The exact test of McNemar (1947): did as many examples become wrong as became right?
 *
 * <p>If both were equally likely, the number that became wrong among those that changed would be
 * binomial with probability 1/2.
 */
public final class McNemar {
  private McNemar() {}

  /**
   * Returns the two-sided p-value, twice the smaller tail and at most 1.
   *
   * @param newlyWrong how many examples were right before and are wrong now
   * @param newlyRight how many examples were wrong before and are right now
   * @return 1 if no example changed
   * @throws IllegalArgumentException for a negative number
   */
  public static double pValue(int newlyWrong, int newlyRight) {
    if (newlyWrong < 0 || newlyRight < 0) {
      throw new IllegalArgumentException(
          "numbers of examples cannot be negative, were " + newlyWrong + " and " + newlyRight);
    }
    BinomialDistribution changes = BinomialDistribution.of(newlyWrong + newlyRight, 0.5);
    return Math.min(1, 2 * changes.cumulativeProbability(Math.min(newlyWrong, newlyRight)));
  }
}

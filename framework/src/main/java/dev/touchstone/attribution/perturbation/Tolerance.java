package dev.touchstone.attribution.perturbation;

import java.util.Map;

/**
 * How large a map's standard error may be, for which drawing goes on. Immutable.
 *
 * @param share of the map's norm
 */
record Tolerance(double share) {
  /** Whatever the error of the first draws is. */
  static final Tolerance ANY = new Tolerance(Double.POSITIVE_INFINITY);

  /** More are not drawn: a map of zeros reaches no share of its norm. */
  private static final long MOST_SAMPLES = 1 << 20;

  /**
   * Makes a tolerance.
   *
   * @throws IllegalArgumentException unless it lies between 0 and 1
   */
  static Tolerance of(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "a tolerance is a share of a map's norm, between 0 and 1, was " + share);
    }
    return new Tolerance(share);
  }

  /**
   * Returns whether drawing ends.
   *
   * @param shares what has been reached
   * @param next how many samples would be drawn instead
   */
  boolean suffices(Shares shares, long next) {
    return next > MOST_SAMPLES || isMetBy(shares);
  }

  private boolean isMetBy(Shares shares) {
    double squares = 0;
    for (double value : shares.values()) {
      squares += value * value;
    }
    return shares.standardError() <= share * Math.sqrt(squares)
        || share == Double.POSITIVE_INFINITY;
  }

  /** Adds what determines the maps. */
  void addTo(Map<String, String> settings) {
    if (share < Double.POSITIVE_INFINITY) {
      settings.put("tolerance", Double.toString(share));
    }
  }
}

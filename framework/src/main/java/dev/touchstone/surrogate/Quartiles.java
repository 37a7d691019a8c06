package dev.touchstone.surrogate;

import java.util.Arrays;
import org.apiguardian.api.API;

/** Where a column of numbers is cut in four. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Quartiles {
  private static final double[] SHARES = {0.25, 0.5, 0.75};

  private Quartiles() {}

  /**
   * Returns the quartiles that divide numbers, as NumPy's {@code percentile} interpolates them,
   * equal ones once; without those that nothing lies above, since they divide nothing. Missing
   * numbers do not count.
   */
  public static double[] of(double[] values) {
    double[] sorted =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (sorted.length == 0) {
      return new double[0];
    }
    return Arrays.stream(SHARES)
        .map(share -> quantile(sorted, share))
        .distinct()
        .filter(cut -> cut < sorted[sorted.length - 1])
        .toArray();
  }

  /**
   * Returns a quantile, linear between the neighbours, with NumPy's rounding.
   *
   * @param sorted ascending, at least one
   * @param share in [0, 1]
   */
  static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    double part = place - below;
    double low = sorted[below];
    double high = sorted[Math.min(below + 1, sorted.length - 1)];
    return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
  }
}

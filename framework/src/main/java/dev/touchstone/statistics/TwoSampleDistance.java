package dev.touchstone.statistics;

import java.util.Arrays;

/**
 * The distance of Kolmogorov and Smirnov between two distributions, D = sup |F − G|, of which a
 * sample of each is known; values may be tied. With n and m values and the distance d of the
 * samples:
 *
 * <ul>
 *   <li>the upper limit at tail α is d + √(½ ln(1/α) (1/n + 1/m)): where F and G are D apart, the
 *       samples are by less only if the difference of two shares falls short there (Hoeffding 1963,
 *       theorem 2);
 *   <li>the lower one is d − √(½ ln(4/α)) (1/√n + 1/√m): the samples are further apart only if one
 *       of them strays from its distribution somewhere (Dvoretzky, Kiefer and Wolfowitz 1956, with
 *       Massart's constant of 1990), with half of α for either.
 * </ul>
 *
 * <p>Both hold for any two distributions and any sizes, and are wider than they had to be.
 */
public final class TwoSampleDistance implements Estimate {
  private final double distance;
  private final double at;
  private final double n;
  private final double m;

  private TwoSampleDistance(double distance, double at, double n, double m) {
    this.distance = distance;
    this.at = at;
    this.n = n;
    this.m = m;
  }

  /**
   * Estimates the distance from two samples.
   *
   * @throws IllegalArgumentException for NaN, or for an empty sample
   */
  public static TwoSampleDistance of(double[] one, double... other) {
    double[] a = sorted(one);
    double[] b = sorted(other);
    int i = 0;
    int j = 0;
    double largest = 0;
    double at = Math.min(a[0], b[0]);
    while (i < a.length && j < b.length) {
      double next = Math.min(a[i], b[j]);
      while (i < a.length && a[i] == next) {
        i++;
      }
      while (j < b.length && b[j] == next) {
        j++;
      }
      double apart = Math.abs((double) i / a.length - (double) j / b.length);
      if (apart > largest) {
        largest = apart;
        at = next;
      }
    }
    return new TwoSampleDistance(largest, at, a.length, b.length);
  }

  private static double[] sorted(double... values) {
    if (values.length == 0 || Arrays.stream(values).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException(
          "a distance of distributions needs values of both, none of them NaN");
    }
    double[] sorted = Arrays.stream(values).map(value -> value + 0.0).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  @Override
  public double value() {
    return distance;
  }

  /** Returns the value up to which the shares of both samples differ the most. */
  public double at() {
    return at;
  }

  /** The size of the smaller sample. */
  @Override
  public long sampleSize() {
    return (long) Math.min(n, m);
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double below = Math.sqrt(Math.log(4 / tail) / 2) * (1 / Math.sqrt(n) + 1 / Math.sqrt(m));
    double above = Math.sqrt(Math.log(1 / tail) / 2 * (1 / n + 1 / m));
    return Range.SHARE.cut(distance - below, distance + above, level);
  }

  @Override
  public double pValueAbove(double bound) {
    double gap = distance - bound;
    double rate = gap / (1 / Math.sqrt(n) + 1 / Math.sqrt(m));
    return gap <= 0 ? 1 : Math.min(1, 4 * Math.exp(-2 * rate * rate));
  }

  @Override
  public double pValueBelow(double bound) {
    double gap = bound - distance;
    return gap <= 0 ? 1 : Math.exp(-2 * gap * gap / (1 / n + 1 / m));
  }

  @Override
  public TwoSampleDistance repeated(double times) {
    return new TwoSampleDistance(distance, at, n * times, m * times);
  }

  @Override
  public String method() {
    return "Hoeffding above, Dvoretzky-Kiefer-Wolfowitz below";
  }

  @Override
  public String toString() {
    return "distance %s of %s and %s values".formatted(distance, n, m);
  }
}

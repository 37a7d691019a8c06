package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.DoubleUnaryOperator;
import org.apiguardian.api.API;

/**
 * How far the distribution that values come from lies from a family of distributions: the largest
 * difference of their distribution functions, at the family's nearest member. The family is one of
 * scale, centred at 0: {@code F(x / s)} for all s &gt; 0.
 *
 * <p>The limits hold for every distribution and any family. The empirical distribution function
 * lies within ε of the true one but with probability {@code 2 exp(−2nε²)} (Dvoretzky, Kiefer and
 * Wolfowitz 1956, with Massart's constant 1990), and the distance to the nearest member cannot
 * change by more than that, whichever one is nearest. Fitting the scale therefore costs nothing but
 * width: unlike the tables of Lilliefors (1967) the limits are not made for one family.
 *
 * <p>Of more than {@value #MOST_POINTS} values every k-th in order is compared; the upper limit
 * allows for what lies between, k/n.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class DistributionDistance implements Estimate {
  static final int MOST_POINTS = 4096;

  /** Scales that are tried, in root mean squares of the values. */
  private static final double FARTHEST_SCALE = 8;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final double SCALE_TOLERANCE = 1e-5;

  private final double distance;
  private final double between;
  private final long size;

  private DistributionDistance(double distance, double between, long size) {
    this.distance = distance;
    this.between = between;
    this.size = size;
  }

  /**
   * Returns the distance to the nearest of several families.
   *
   * @param values at least two, finite, not all 0
   * @param families distribution functions at scale 1, of variance 1
   * @throws IllegalArgumentException for fewer values, none that is other than 0, one that is not
   *     finite, or no family
   */
  public static DistributionDistance toNearest(
      double[] values, Collection<? extends DoubleUnaryOperator> families) {
    if (values.length < 2 || families.isEmpty()) {
      throw new IllegalArgumentException(
          "at least two values and one family, were %d and %d"
              .formatted(values.length, families.size()));
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double rms = Math.sqrt(Arrays.stream(sorted).map(v -> v * v).sum() / sorted.length);
    if (!(rms > 0 && Double.isFinite(rms))) {
      throw new IllegalArgumentException(
          "values have to be finite and not all 0; their root mean square is " + rms);
    }
    int n = sorted.length;
    int step = (n + MOST_POINTS - 1) / MOST_POINTS;
    double nearest =
        families.stream().mapToDouble(f -> atBestScale(sorted, step, rms, f)).min().orElseThrow();
    return new DistributionDistance(nearest, step == 1 ? 0 : (double) step / n, n);
  }

  /**
   * The distance as a function of the scale's logarithm has one valley: at each point the model's
   * distribution function is monotone in the scale, and the largest of functions that have one
   * valley each has one.
   */
  private static double atBestScale(
      double[] sorted, int step, double rms, DoubleUnaryOperator family) {
    double low = -Math.log(FARTHEST_SCALE);
    double high = -low;
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = at(sorted, step, rms * Math.exp(left), family);
    double atRight = at(sorted, step, rms * Math.exp(right), family);
    double best = Math.min(atLeft, atRight);
    while (high - low > SCALE_TOLERANCE) {
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = at(sorted, step, rms * Math.exp(left), family);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = at(sorted, step, rms * Math.exp(right), family);
      }
      best = Math.min(best, Math.min(atLeft, atRight));
    }
    return best;
  }

  private static double at(double[] sorted, int step, double scale, DoubleUnaryOperator family) {
    int n = sorted.length;
    double largest = 0;
    for (int i = 0; i < n; i += step) {
      double expected = family.applyAsDouble(sorted[i] / scale);
      largest = Math.max(largest, Math.max((i + 1.0) / n - expected, expected - (double) i / n));
    }
    return largest;
  }

  @Override
  public double value() {
    return distance;
  }

  @Override
  public long sampleSize() {
    return size;
  }

  @Override
  public String unit() {
    return "weights";
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double reach = Math.sqrt(Math.log(2 / tail) / (2 * size));
    return Range.SHARE.cut(distance - reach, distance + between + reach, level);
  }

  @Override
  public double pValueAbove(double bound) {
    return bound < 0 ? 0 : tail(distance - bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return bound > 1 ? 0 : tail(bound - distance - between);
  }

  private double tail(double excess) {
    return excess <= 0 ? 1 : Math.min(1, 2 * Math.exp(-2 * size * excess * excess));
  }

  /** Empty: a network has the weights that it has. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    return OptionalLong.empty();
  }

  @Override
  public String method() {
    return "Dvoretzky-Kiefer-Wolfowitz";
  }

  @Override
  public String toString() {
    return "distance " + distance + " of " + size + " values";
  }
}

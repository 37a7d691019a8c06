package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;

/**
 * The median of independent replicates, such as plantings of label errors or draws of weights, with
 * the exact interval of order statistics, which holds whatever their distribution is.
 *
 * <p>At most half of all replicates lie above their median. So with k of them, in ascending order
 * x₁ … x_k, the lower limit at tail α is
 *
 * <pre>x_r,  r the largest number with P(Binomial(k, ½) ≤ r − 1) ≤ α,</pre>
 *
 * <p>and the upper one is x_{k+1−r}; the p-values are those of the sign test (Thompson 1936, Annals
 * of Mathematical Statistics 7). The least of six is the lower limit at a tail of 1/64. Where k is
 * too small for a tail there is no r, and the limit is the end of the range. The mean over
 * replicates has no such limit worth having: most of them near 1 and a rare one far below leave no
 * trace in a sample of six.
 *
 * <p>Replicates that are shares of a few cases can be equal without being near their median for
 * lack of finer values. {@link #noNarrowerThan} widens the limits to those of all cases together.
 */
public final class MedianEstimate implements Estimate {
  /** With fewer no limit at 95 % has an end: 2⁻⁵ is more than 2.5 %. */
  public static final int FEWEST_REPLICATES = 6;

  private static final double POWER = 0.8;

  private final double[] ascending;
  private final double[] replicates;
  private final Range range;
  private final String unit;
  private final @Nullable BetaLimits cases;

  private MedianEstimate(
      double[] replicates, Range range, String unit, @Nullable BetaLimits cases) {
    this.replicates = replicates;
    this.ascending = replicates.clone();
    Arrays.sort(ascending);
    this.range = range;
    this.unit = unit;
    this.cases = cases;
  }

  /**
   * Returns the median of at least six replicates.
   *
   * @param range the values that they can have
   * @param unit what they are, in the plural, such as "plantings"
   * @throws IllegalArgumentException for fewer than six replicates, or one outside the range
   */
  public static MedianEstimate of(Range range, String unit, double... replicates) {
    if (replicates.length < FEWEST_REPLICATES) {
      throw new IllegalArgumentException(
          "an interval for a median needs at least "
              + FEWEST_REPLICATES
              + " "
              + unit
              + ", was "
              + replicates.length
              + ": of five, all lie on one side of it by chance once in 16 times");
    }
    for (double replicate : replicates) {
      if (!range.contains(replicate) || Double.isInfinite(replicate)) {
        throw new IllegalArgumentException(
            unit + " must have finite values in " + range + ", was " + replicate);
      }
    }
    return new MedianEstimate(replicates.clone(), range, unit, null);
  }

  /**
   * Returns the same median, with limits that are no narrower than those of Clopper and Pearson for
   * a share of all cases of all replicates together.
   *
   * @param share of the cases that count, in [0, 1]
   * @param number of cases, above 0
   */
  public MedianEstimate noNarrowerThan(double share, double number) {
    if (!Range.SHARE.contains(share) || !(number > 0)) {
      throw new IllegalArgumentException("no share of cases: " + share + " of " + number);
    }
    return new MedianEstimate(replicates, range, unit, new BetaLimits(share, number));
  }

  /** Returns the replicates, in the order in which they were given. */
  public double[] replicates() {
    return replicates.clone();
  }

  @Override
  public double value() {
    int k = ascending.length;
    return (ascending[(k - 1) / 2] + ascending[k / 2]) / 2;
  }

  @Override
  public long sampleSize() {
    return replicates.length;
  }

  @Override
  public String unit() {
    return unit;
  }

  @Override
  public Range range() {
    return range;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    int rank = rank(replicates.length, tail);
    double lower = rank == 0 ? range.least() : ascending[rank - 1];
    double upper = rank == 0 ? range.most() : ascending[ascending.length - rank];
    if (cases != null) {
      lower = Math.min(lower, cases.lower(tail));
      upper = Math.max(upper, cases.upper(tail));
    }
    return range.cut(lower, upper, level);
  }

  /** The largest rank whose replicate exceeds the median with at most that probability, or 0. */
  private static int rank(int replicates, double tail) {
    BinomialDistribution signs = BinomialDistribution.of(replicates, 0.5);
    int rank = 0;
    while (signs.cumulativeProbability(rank) <= tail) {
      rank++;
    }
    return rank;
  }

  private BinomialDistribution signs() {
    return BinomialDistribution.of(replicates.length, 0.5);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < range.least()) {
      return 0;
    }
    int notAbove = (int) Arrays.stream(ascending).filter(x -> x <= bound).count();
    double ofSigns = signs().cumulativeProbability(notAbove);
    return cases == null ? ofSigns : Math.max(ofSigns, cases.pValueAbove(bound));
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > range.most()) {
      return 0;
    }
    int notBelow = (int) Arrays.stream(ascending).filter(x -> x >= bound).count();
    double ofSigns = signs().cumulativeProbability(notBelow);
    return cases == null ? ofSigns : Math.max(ofSigns, cases.pValueBelow(bound));
  }

  /**
   * How many replicates decide with a probability of 80 %, if as large a share of further ones lies
   * on this side of the bound: a limit of a median does not shrink like 1/√n. Of those seen one
   * more is counted for either side, or six of six would mean that no other one ever occurs.
   */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    boolean below = value() <= bound;
    double here = 1 + Arrays.stream(ascending).filter(x -> below ? x < bound : x > bound).count();
    double share = here / (ascending.length + 2);
    double tail = (1 - Interval.checkLevel(level)) / 2;
    for (int k = ascending.length; k <= 1000 * ascending.length && share > 0.5; k++) {
      int most = rank(k, tail) - 1;
      if (BinomialDistribution.of(k, 1 - share).cumulativeProbability(most) >= POWER) {
        return OptionalLong.of(k);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public String method() {
    return cases == null
        ? "order statistics of the median"
        : "order statistics of the median, no narrower than Clopper-Pearson of all cases";
  }

  @Override
  public String toString() {
    return "median " + value() + " of " + replicates.length + " " + unit;
  }
}

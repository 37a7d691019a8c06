package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.commons.statistics.ranking.NaNStrategy;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * The area under the ROC curve: the probability that a random positive is ranked above a random
 * negative, ties counting half.
 *
 * <p>Two pairs of limits hold whatever the scores are, and the tighter one of either side counts:
 *
 * <ul>
 *   <li>Clopper and Pearson's, of A·s successes among s = min(positives, negatives): no area has a
 *       larger variance than A(1 − A)/s (Birnbaum and Klose 1957). Where all pairs are in order
 *       they are exact: with s disjoint pairs, an area of θ puts all in order with probability at
 *       most θˢ, so that the lower limit is (α/2)^(1/s).
 *   <li>those of the placements of positives and of negatives ({@link Projection}), tighter where
 *       the classes' scores overlap evenly.
 * </ul>
 *
 * <p>DeLong's interval on the logit scale fails in 3 to 25 % of samples where it may in 2.5 %: a
 * few positives that rank last are not met, and the variance knows nothing of them. The inverted
 * variance of Hanley and McNeil (1982) fails there too, in up to 13 %. The standard error is
 * DeLong's (DeLong, DeLong and Clarke-Pearson 1988, equations 3 to 6).
 */
public final class Auroc implements Estimate {
  private final double area;
  private final double standardError;
  private final int positives;
  private final int negatives;
  private final BetaLimits largestVariance;
  private final Projection projection;
  private final Map<Double, Interval> intervals = new ConcurrentHashMap<>();

  private Auroc(
      double area, double standardError, int positives, int negatives, Projection projection) {
    this.area = area;
    this.standardError = standardError;
    this.positives = positives;
    this.negatives = negatives;
    this.largestVariance = new BetaLimits(area, disjointPairs());
    this.projection = projection;
  }

  /**
   * Estimates the area of scores, the larger the more likely positive.
   *
   * @throws IllegalArgumentException for NaN, lengths that differ, or fewer than two positives or
   *     negatives
   */
  public static Auroc of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          scores.length + " scores for " + positive.length + " truths");
    }
    int m = (int) IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    int n = scores.length - m;
    if (m < 2 || n < 2) {
      throw new IllegalArgumentException(
          "an AUROC needs two positives and two negatives, was given " + m + " and " + n);
    }
    Placements placements = Placements.of(scores, positive);
    double area = Range.SHARE.nearest(mean(placements.ofPositives()));
    double variance = covariance(placements, placements);
    if (variance == 0) {
      variance = area * (1 - area) / Math.min(m, n);
    }
    return new Auroc(
        area,
        Math.sqrt(variance),
        m,
        n,
        new Projection(
            BoundedMean.of(placements.ofPositives(), 0, 1),
            BoundedMean.of(placements.ofNegatives(), 0, 1)));
  }

  /**
   * The correlation of the areas of two rankings of the same examples (DeLong, DeLong and
   * Clarke-Pearson 1988, equation 5); 0 where one of them has no variance.
   */
  static double correlation(double[] scores, double[] otherScores, boolean[] positive) {
    Placements one = Placements.of(scores, positive);
    Placements other = Placements.of(otherScores, positive);
    double product = covariance(one, one) * covariance(other, other);
    return product == 0
        ? 0
        : Math.max(-1, Math.min(1, covariance(one, other) / Math.sqrt(product)));
  }

  /**
   * By how much the placements in one ranking exceed those in another, of the positives and of the
   * negatives: means of either are the difference of the areas.
   */
  static List<double[]> differences(double[] scores, double[] otherScores, boolean[] positive) {
    Placements one = Placements.of(scores, positive);
    Placements other = Placements.of(otherScores, positive);
    int m = one.ofPositives().length;
    int n = one.ofNegatives().length;
    return List.of(
        differences(one.ofPositives(), other.ofPositives(), n),
        differences(one.ofNegatives(), other.ofNegatives(), m));
  }

  /** Counts of pairs, ties for half, so that equal differences are equal numbers. */
  private static double[] differences(double[] placements, double[] others, int pairs) {
    double[] differences = new double[placements.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = Math.rint(2.0 * pairs * (placements[i] - others[i])) / (2.0 * pairs);
    }
    return differences;
  }

  private static double covariance(Placements one, Placements other) {
    return covariance(one.ofPositives(), other.ofPositives()) / one.ofPositives().length
        + covariance(one.ofNegatives(), other.ofNegatives()) / one.ofNegatives().length;
  }

  /** Of each example, the share of the other kind that it is in order with; ties count half. */
  private record Placements(double[] ofPositives, double[] ofNegatives) {

    static Placements of(double[] scores, boolean[] positive) {
      // The ranking takes −0.0 to be less than 0.0; their sum is 0.0.
      double[] values = Arrays.stream(scores).map(score -> score + 0.0).toArray();
      double[] ofPositives = selected(values, positive, true);
      double[] ofNegatives = selected(values, positive, false);
      NaturalRanking midranks = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);
      double[] among = midranks.apply(values);
      double[] amongPositives = selected(among, positive, true);
      double[] amongNegatives = selected(among, positive, false);
      double[] within = midranks.apply(ofPositives);
      double[] withinNegatives = midranks.apply(ofNegatives);
      // A rank among all less the rank among one's own kind counts the other kind below.
      int m = ofPositives.length;
      int n = ofNegatives.length;
      double[] placementsOfPositives = new double[m];
      for (int i = 0; i < m; i++) {
        placementsOfPositives[i] = (amongPositives[i] - within[i]) / n;
      }
      double[] placementsOfNegatives = new double[n];
      for (int j = 0; j < n; j++) {
        placementsOfNegatives[j] = 1 - (amongNegatives[j] - withinNegatives[j]) / m;
      }
      return new Placements(placementsOfPositives, placementsOfNegatives);
    }
  }

  private static double[] selected(double[] values, boolean[] positive, boolean wanted) {
    return IntStream.range(0, values.length)
        .filter(i -> positive[i] == wanted)
        .mapToDouble(i -> values[i])
        .toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double covariance(double[] values, double[] others) {
    double mean = mean(values);
    double otherMean = mean(others);
    double products = 0;
    for (int i = 0; i < values.length; i++) {
      products += (values[i] - mean) * (others[i] - otherMean);
    }
    return products / (values.length - 1);
  }

  @Override
  public double value() {
    return area;
  }

  /** Returns DeLong's standard error. */
  public double standardError() {
    return standardError;
  }

  @Override
  public long sampleSize() {
    return (long) positives + negatives;
  }

  /** Positives and negatives alike. */
  @Override
  public Auroc repeated(double times) {
    return new Auroc(
        area,
        standardError / Math.sqrt(times),
        (int) Math.ceil(positives * times),
        (int) Math.ceil(negatives * times),
        projection.repeated(times));
  }

  int disjointPairs() {
    return Math.min(positives, negatives);
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    return intervals.computeIfAbsent(Interval.checkLevel(level), this::limits);
  }

  private Interval limits(double level) {
    double tail = (1 - level) / 2;
    double lower = largestVariance.lower(tail);
    double upper = largestVariance.upper(tail);
    if (area > 0 && area < 1) {
      lower = Math.max(lower, area - projection.reach(tail, false));
      upper = Math.min(upper, area + projection.reach(tail, true));
    }
    return new Interval(lower, upper, level);
  }

  @Override
  public double pValueAbove(double bound) {
    double p = largestVariance.pValueAbove(bound);
    return area == 0 || area == 1 || bound < 0
        ? p
        : Math.min(p, projection.tailBelow(area - bound));
  }

  @Override
  public double pValueBelow(double bound) {
    double p = largestVariance.pValueBelow(bound);
    return area == 0 || area == 1 || bound > 1
        ? p
        : Math.min(p, projection.tailAbove(bound - area));
  }

  @Override
  public String method() {
    return "Clopper-Pearson of the rarer class, or Gaffke of the placements where tighter";
  }

  @Override
  public String toString() {
    return "AUROC " + area + " of " + positives + " positives and " + negatives + " negatives";
  }
}

package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.ranking.NaNStrategy;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * The area under the ROC curve: the probability that a random positive is ranked above a random
 * negative, ties counting half.
 *
 * <p>Variance by DeLong, DeLong and Clarke-Pearson (1988, equations 3 to 6); the interval is made
 * on the logit scale, so that it stays inside (0, 1). Where all pairs are in order (or none is) the
 * variance says nothing, and the interval is exact instead: with s = min(positives, negatives)
 * disjoint pairs, an area of θ puts all in order with probability at most θˢ, so that the lower
 * limit is (α/2)^(1/s). Where the variance is zero for another reason, such as when all scores are
 * equal, its largest possible value A(1 − A)/s stands in (Birnbaum and Klose 1957).
 */
public final class Auroc implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final double area;
  private final double standardError;
  private final int positives;
  private final int negatives;

  private Auroc(double area, double standardError, int positives, int negatives) {
    this.area = area;
    this.standardError = standardError;
    this.positives = positives;
    this.negatives = negatives;
  }

  /**
   * Of scores, the larger the more likely positive.
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
    double area = mean(placements.ofPositives());
    double variance = covariance(placements, placements);
    if (variance == 0) {
      variance = area * (1 - area) / Math.min(m, n);
    }
    return new Auroc(area, Math.sqrt(variance), m, n);
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

  /** DeLong's standard error. */
  public double standardError() {
    return standardError;
  }

  @Override
  public long sampleSize() {
    return (long) positives + negatives;
  }

  private boolean atTheEnd() {
    return area == 0 || area == 1;
  }

  int disjointPairs() {
    return Math.min(positives, negatives);
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    if (atTheEnd()) {
      double limit = Math.pow(tail, 1.0 / disjointPairs());
      return area == 1 ? new Interval(limit, 1, level) : new Interval(0, 1 - limit, level);
    }
    double reach = NORMAL.inverseSurvivalProbability(tail) * logitError();
    return new Interval(logistic(logit(area) - reach), logistic(logit(area) + reach), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound <= 0 || bound >= 1) {
      return bound < 0 || (bound == 0 && area > 0) ? 0 : 1;
    }
    if (atTheEnd()) {
      return area == 1 ? Math.pow(bound, disjointPairs()) : 1;
    }
    return NORMAL.survivalProbability((logit(area) - logit(bound)) / logitError());
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound <= 0 || bound >= 1) {
      return bound > 1 || (bound == 1 && area < 1) ? 0 : 1;
    }
    if (atTheEnd()) {
      return area == 0 ? Math.pow(1 - bound, disjointPairs()) : 1;
    }
    return NORMAL.cumulativeProbability((logit(area) - logit(bound)) / logitError());
  }

  /** The delta method: d logit(A)/dA = 1/(A(1 − A)). */
  private double logitError() {
    return standardError / (area * (1 - area));
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  private static double logistic(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  @Override
  public String method() {
    return atTheEnd() ? "exact, disjoint pairs" : "DeLong, logit scale";
  }

  @Override
  public String toString() {
    return "AUROC " + area + " of " + positives + " positives and " + negatives + " negatives";
  }
}

package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A rate of examples that come in clusters (several images of a patient, several applications of a
 * household), with the interval of Korn and Graubard (1998, Survey Methodology 24): Clopper and
 * Pearson's for the effective number of examples
 *
 * <pre>n* = p̂(1 - p̂)/v · (t(n-1)/t(G-1))²,  v = G/(G-1) · Σ_g (e_g - p̂·n_g)² / n²</pre>
 *
 * <p>at most n, where e_g of the n_g examples of cluster g count and t are 97.5 % quantiles of
 * Student's distribution. Where no or every example counts, the data say nothing about how alike
 * examples of a cluster are, and each of the G clusters counts as one example.
 */
public final class ClusteredProportion implements Estimate {
  private final double rate;
  private final long examples;
  private final double effective;

  private ClusteredProportion(double rate, long examples, double effective) {
    this.rate = rate;
    this.examples = examples;
    this.effective = effective;
  }

  /**
   * The rate over all clusters.
   *
   * @param successes how many examples of each cluster count
   * @param sizes how many examples each cluster has, at least 1
   * @throws IllegalArgumentException for fewer than two clusters, or counts that are none
   */
  public static ClusteredProportion of(int[] successes, int[] sizes) {
    int clusters = sizes.length;
    if (clusters < 2 || successes.length != clusters) {
      throw new IllegalArgumentException(
          "a rate of clustered examples needs at least two clusters, was " + clusters);
    }
    long n = 0;
    long events = 0;
    for (int g = 0; g < clusters; g++) {
      if (sizes[g] <= 0 || successes[g] < 0 || successes[g] > sizes[g]) {
        throw new IllegalArgumentException(
            "cluster " + g + " has " + successes[g] + " successes of " + sizes[g]);
      }
      n += sizes[g];
      events += successes[g];
    }
    double rate = (double) events / n;
    if (events == 0 || events == n) {
      return new ClusteredProportion(rate, n, clusters);
    }
    double squares = 0;
    for (int g = 0; g < clusters; g++) {
      double residual = successes[g] - rate * sizes[g];
      squares += residual * residual;
    }
    double variance = (double) clusters / (clusters - 1) * squares / n / n;
    double t = t(n - 1) / t(clusters - 1);
    double effective = variance == 0 ? n : Math.min(n, rate * (1 - rate) / variance * t * t);
    return new ClusteredProportion(rate, n, effective);
  }

  private static double t(double degreesOfFreedom) {
    return TDistribution.of(degreesOfFreedom).inverseSurvivalProbability(0.025);
  }

  /** How many independent examples would say as much. */
  public double effectiveSampleSize() {
    return effective;
  }

  @Override
  public double value() {
    return rate;
  }

  /** The number of examples, not of clusters. */
  @Override
  public long sampleSize() {
    return examples;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double lower = rate == 0 ? 0 : below().inverseCumulativeProbability(tail);
    double upper = rate == 1 ? 1 : above().inverseSurvivalProbability(tail);
    return new Interval(Math.min(lower, rate), Math.max(upper, rate), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < 0) {
      return 0;
    }
    return rate == 0 || bound >= 1 ? 1 : below().cumulativeProbability(bound);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > 1) {
      return 0;
    }
    return rate == 1 || bound <= 0 ? 1 : above().survivalProbability(bound);
  }

  private BetaDistribution below() {
    return BetaDistribution.of(rate * effective, effective - rate * effective + 1);
  }

  private BetaDistribution above() {
    return BetaDistribution.of(rate * effective + 1, effective - rate * effective);
  }

  @Override
  public String method() {
    return "Korn-Graubard over clusters";
  }

  @Override
  public String toString() {
    return "rate " + rate + " of " + examples + " clustered examples";
  }
}

package dev.touchstone.statistics;

import java.util.Arrays;

/**
 * A rate of examples that come in clusters (several images of a patient, several applications of a
 * household): the expected number that counts in a cluster, over its expected size.
 *
 * <p>The limits are those of {@link BoundedMean#ofClustered}: Gaffke's, inverted in the rate, with
 * a largest possible cluster that has to be stated. With clusters of one they are Clopper and
 * Pearson's. The interval of Korn and Graubard (1998), which needs no such number, fails where
 * clusters differ in size: a claim at the boundary passed in 7 to 9 % of samples where it may in
 * 2.5 %, and in 55 % where a few large clusters are all wrong.
 */
public final class ClusteredProportion implements Estimate {
  private final BoundedMean mean;

  private ClusteredProportion(BoundedMean mean) {
    this.mean = mean;
  }

  /**
   * Returns the rate over all clusters.
   *
   * @param successes how many examples of each cluster count
   * @param sizes how many examples each cluster has, at least 1
   * @param largest how many examples a cluster can have, those not met included
   * @throws IllegalArgumentException for fewer than two clusters, one that is larger, or counts
   *     that are none
   */
  public static ClusteredProportion of(int[] successes, int[] sizes, int largest) {
    int clusters = sizes.length;
    if (clusters < 2 || successes.length != clusters) {
      throw new IllegalArgumentException(
          "a rate of clustered examples needs at least two clusters, was " + clusters);
    }
    for (int g = 0; g < clusters; g++) {
      if (sizes[g] <= 0 || successes[g] < 0 || successes[g] > sizes[g]) {
        throw new IllegalArgumentException(
            "cluster " + g + " has " + successes[g] + " successes of " + sizes[g]);
      }
    }
    int n = Arrays.stream(sizes).sum();
    double[] values = new double[n];
    int[] clusterOf = new int[n];
    int next = 0;
    for (int g = 0; g < clusters; g++) {
      Arrays.fill(values, next, next + successes[g], 1);
      Arrays.fill(clusterOf, next, next + sizes[g], g);
      next += sizes[g];
    }
    return new ClusteredProportion(BoundedMean.ofClustered(values, clusterOf, largest, 0, 1));
  }

  @Override
  public double value() {
    return mean.value();
  }

  /** The number of examples, not of clusters. */
  @Override
  public long sampleSize() {
    return mean.sampleSize();
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    return mean.interval(level);
  }

  @Override
  public double pValueAbove(double bound) {
    return mean.pValueAbove(bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return mean.pValueBelow(bound);
  }

  @Override
  public ClusteredProportion repeated(double times) {
    return new ClusteredProportion(mean.repeated(times));
  }

  @Override
  public String method() {
    return mean.method();
  }

  @Override
  public String toString() {
    return "rate " + value() + " of " + sampleSize() + " clustered examples";
  }
}

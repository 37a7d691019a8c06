package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The mean of independent values that cannot leave a known range, such as the differences of two
 * models' errors on the same examples, which lie in [−1, 1].
 *
 * <p>The limits are Gaffke's (2005, Mathematical Methods of Statistics 14): beside the n values
 * stands one more at the far end of the range, and the upper limit at tail α is the (1 − α)
 * quantile of
 *
 * <pre>Σ Dᵢ·xᵢ + D₀·most,  (D₀, …, Dₙ) ~ Dirichlet(1, …, 1);</pre>
 *
 * <p>the lower limit mirrors it with {@code least}. Unlike Student's t they know that what was not
 * seen in n values may still occur at a rate of about 1/n: where no value differs from 0 the limits
 * are still apart. They are computed exactly ({@link GammaRace}), not drawn. Three special cases
 * are old acquaintances, and held by tests:
 *
 * <ul>
 *   <li>values 0 and 1 in the range [0, 1]: Clopper and Pearson's limits;
 *   <li>values −1, 0 and 1 in the range [−1, 1]: the p-values at 0 are those of the exact test of
 *       McNemar;
 *   <li>many values of about one size: Student's t.
 * </ul>
 *
 * <p>For two values coverage is exact (at least the level); for more it is what simulations here
 * and elsewhere found, without a proof (Phan, Thomas and Learned-Miller 2021, ICML, section 2).
 *
 * <p>Where values come in clusters, the clusters are what is independent, and the mean is the ratio
 * R = E[S]/E[M] of their sums S and sizes M. Whether R is at least τ is whether the mean of S − τM
 * is at least 0; these are bounded values too, in [(least − τ)·L, (most − τ)·L] where no cluster is
 * larger than L. So the upper limit at tail α is the τ at which
 *
 * <pre>P(Σ D_g·(S_g − τM_g) + D₀·(most − τ)·L ≥ 0) = α:</pre>
 *
 * <p>the additional cluster has L values, all at the end of the range. L has to be known: of large
 * clusters that were not met nothing in the data tells. With the average size in its place, or the
 * largest seen, the limit fails where a few large clusters are unlike the others (8 % and more).
 *
 * <p>A {@linkplain #weighted weighted} mean, E[CX]/E[C] where C is how much a value X counts, is
 * the same ratio, and M the weight C: the additional value has the largest weight that can occur.
 */
public final class BoundedMean implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final double least;
  private final double most;

  /** Per distinct cluster: the sum of its values, how many they are, how many such clusters. */
  private final double[] sums;

  private final double[] sizes;
  private final double[] counts;

  private final long size;
  private final double mean;

  /** About how far a limit is from the mean. */
  private final double stride;

  /** The number of values that the additional cluster has. */
  private final double largestSize;

  private final Kind kind;
  private final String unit;
  private final Map<Double, Interval> intervals = new ConcurrentHashMap<>();

  /** What stands behind the limits. */
  private enum Kind {
    SINGLE,
    CLUSTERED,
    WEIGHTED,
    WEIGHTED_IN_CLUSTERS
  }

  /** Of distinct clusters: the sum of each, its size, and how many such there are. */
  private BoundedMean(
      double[][] distinct,
      long size,
      double largestSize,
      double least,
      double most,
      Kind kind,
      String unit) {
    this.size = size;
    this.largestSize = largestSize;
    this.unit = unit;
    this.least = least;
    this.most = most;
    this.kind = kind;
    this.sums = Arrays.stream(distinct).mapToDouble(cluster -> cluster[0]).toArray();
    this.sizes = Arrays.stream(distinct).mapToDouble(cluster -> cluster[1]).toArray();
    this.counts = Arrays.stream(distinct).mapToDouble(cluster -> cluster[2]).toArray();
    double sum = 0;
    double total = 0;
    for (int j = 0; j < sums.length; j++) {
      sum += counts[j] * sums[j];
      total += counts[j] * sizes[j];
    }
    this.mean = Math.max(least, Math.min(most, sum / total));
    double squares = 0;
    for (int j = 0; j < sums.length; j++) {
      squares += counts[j] * Math.pow(sums[j] - mean * sizes[j], 2);
    }
    this.stride = 3 * Math.sqrt(squares) / total + 5 * largestSize * (most - least) / total;
  }

  /** The same clusters, so many times. */
  private BoundedMean(BoundedMean mean, double times, String unit) {
    this(
        IntStream.range(0, mean.sums.length)
            .mapToObj(j -> new double[] {mean.sums[j], mean.sizes[j], times * mean.counts[j]})
            .toArray(double[][]::new),
        Math.round(times * mean.size),
        mean.largestSize,
        mean.least,
        mean.most,
        mean.kind,
        unit);
  }

  private static double[][] distinct(double[][] clusters) {
    double[][] sorted = clusters.clone();
    Arrays.sort(
        sorted,
        Comparator.<double[]>comparingDouble(cluster -> cluster[0])
            .thenComparingDouble(cluster -> cluster[1]));
    double[][] distinct = new double[sorted.length][];
    int found = 0;
    for (double[] cluster : sorted) {
      if (found > 0
          && distinct[found - 1][0] == cluster[0]
          && distinct[found - 1][1] == cluster[1]) {
        distinct[found - 1][2]++;
      } else {
        distinct[found++] = new double[] {cluster[0], cluster[1], 1};
      }
    }
    return Arrays.copyOf(distinct, found);
  }

  /** The same of single values, which sort without an object each. */
  private static double[][] distinct(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[][] distinct = new double[sorted.length][];
    int found = 0;
    for (double value : sorted) {
      if (found > 0 && distinct[found - 1][0] == value) {
        distinct[found - 1][2]++;
      } else {
        distinct[found++] = new double[] {value, 1, 1};
      }
    }
    return Arrays.copyOf(distinct, found);
  }

  /**
   * Estimates the mean of independent values.
   *
   * @param values at least one, none outside the range
   * @param least the smallest value that can occur
   * @param most the largest value that can occur, more than {@code least}
   * @throws IllegalArgumentException for no values, or one outside the range
   */
  public static BoundedMean of(double[] values, double least, double most) {
    check(values, least, most);
    return new BoundedMean(
        distinct(values), values.length, 1, least, most, Kind.SINGLE, "examples");
  }

  /** Returns the same mean, of something else than examples, such as "plantings". */
  public BoundedMean over(String valuesAre) {
    return new BoundedMean(this, 1, valuesAre);
  }

  /** Of the same values, each so many times; the one that was not met stays one. */
  @Override
  public BoundedMean repeated(double times) {
    return new BoundedMean(this, times, unit);
  }

  /**
   * Estimates the mean of values that come in clusters.
   *
   * @param clusters the cluster of each value, by any numbers
   * @param largest how many values a cluster can have, those not met included
   * @throws IllegalArgumentException also for fewer than two clusters, or one that is larger
   */
  public static BoundedMean ofClustered(
      double[] values, int[] clusters, int largest, double least, double most) {
    check(values, least, most);
    if (clusters.length != values.length) {
      throw new IllegalArgumentException(
          clusters.length + " clusters given for " + values.length + " values");
    }
    Map<Integer, double[]> sums = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      double[] cluster = sums.computeIfAbsent(clusters[i], key -> new double[2]);
      cluster[0] += values[i];
      cluster[1]++;
    }
    if (sums.size() < 2) {
      throw new IllegalArgumentException(
          "a mean of clustered values needs at least two clusters, was " + sums.size());
    }
    sums.forEach(
        (key, cluster) -> {
          if (cluster[1] > largest) {
            throw new IllegalArgumentException(
                "a cluster was said to have at most "
                    + largest
                    + " values, and cluster "
                    + key
                    + " has "
                    + Math.round(cluster[1]));
          }
        });
    return new BoundedMean(
        distinct(sums.values().toArray(double[][]::new)),
        values.length,
        largest,
        least,
        most,
        Kind.CLUSTERED,
        "examples");
  }

  /**
   * Estimates a weighted mean, Σ cᵢxᵢ / Σ cᵢ, of independent pairs of a weight c and a value x,
   * such as how sure an expert is of an example's label and whether a model agrees with it. What is
   * estimated is E[CX]/E[C]. With weights that are all the heaviest it is {@link #of}.
   *
   * @param weights as many as values, from 0 to {@code heaviest}, not all 0
   * @param heaviest the largest weight that can occur, those not met included
   * @throws IllegalArgumentException for another weight, no values, or one outside the range
   */
  public static BoundedMean weighted(
      double[] values, double[] weights, double heaviest, double least, double most) {
    check(values, least, most);
    checkWeights(values, weights, heaviest);
    double[][] pairs = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      pairs[i] = new double[] {weights[i] * values[i], weights[i]};
    }
    return new BoundedMean(
        distinct(pairs),
        Arrays.stream(weights).filter(weight -> weight > 0).count(),
        heaviest,
        least,
        most,
        Kind.WEIGHTED,
        "examples");
  }

  /**
   * Estimates a weighted mean of pairs that come in clusters.
   *
   * @param clusters the cluster of each value, by any numbers
   * @param largest how many values a cluster can have, those not met included
   * @throws IllegalArgumentException also for fewer than two clusters, or one that is larger
   */
  public static BoundedMean weightedInClusters(
      double[] values,
      double[] weights,
      double heaviest,
      int[] clusters,
      int largest,
      double least,
      double most) {
    BoundedMean alike = ofClustered(values, clusters, largest, least, most);
    checkWeights(values, weights, heaviest);
    Map<Integer, double[]> sums = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      double[] cluster = sums.computeIfAbsent(clusters[i], key -> new double[2]);
      cluster[0] += weights[i] * values[i];
      cluster[1] += weights[i];
    }
    return new BoundedMean(
        distinct(sums.values().toArray(double[][]::new)),
        Arrays.stream(weights).filter(weight -> weight > 0).count(),
        alike.largestSize * heaviest,
        least,
        most,
        Kind.WEIGHTED_IN_CLUSTERS,
        "examples");
  }

  private static void checkWeights(double[] values, double[] weights, double heaviest) {
    if (weights.length != values.length) {
      throw new IllegalArgumentException(
          "%d weights given for %d values".formatted(weights.length, values.length));
    }
    double sum = 0;
    for (double weight : weights) {
      if (!(weight >= 0 && weight <= heaviest)) {
        throw new IllegalArgumentException(
            "a weight of %s lies outside the range [0, %s]".formatted(weight, heaviest));
      }
      sum += weight;
    }
    if (sum == 0) {
      throw new IllegalArgumentException("every weight is 0, and nothing is left to be averaged");
    }
  }

  private static void check(double[] values, double least, double most) {
    if (!(least < most) || !Double.isFinite(most - least)) {
      throw new IllegalArgumentException(
          "the range of the values was [" + least + ", " + most + "]");
    }
    if (values.length == 0) {
      throw new IllegalArgumentException("a mean needs at least one value");
    }
    for (double value : values) {
      if (!(value >= least && value <= most)) {
        throw new IllegalArgumentException(
            "a value of " + value + " lies outside the range [" + least + ", " + most + "]");
      }
    }
  }

  @Override
  public double value() {
    return mean;
  }

  /** The number of values, not of clusters. */
  @Override
  public long sampleSize() {
    return size;
  }

  @Override
  public String unit() {
    return unit;
  }

  @Override
  public Range range() {
    return new Range(least, most);
  }

  @Override
  public Interval interval(double level) {
    return intervals.computeIfAbsent(Interval.checkLevel(level), this::limits);
  }

  private Interval limits(double level) {
    double tail = (1 - level) / 2;
    return new Interval(limit(tail, false), limit(tail, true), level);
  }

  /**
   * Returns the upper limit by itself, for half the price of an interval.
   *
   * @param tail the probability to be beyond it, in (0, 0.5)
   */
  public double upperLimit(double tail) {
    return limit(tail, true);
  }

  /** Where the tail beyond the mean has fallen to {@code tail}: by the Illinois rule on z. */
  double limit(double tail, boolean upper) {
    double end = upper ? most : least;
    if (mean == end) {
      return end;
    }
    double wanted = NORMAL.inverseSurvivalProbability(tail);
    double near = mean;
    double atNear = z(near, upper) - wanted;
    if (atNear >= 0) {
      return near;
    }
    // Far beyond the limit the tail costs much and says nothing: go there in growing steps.
    double reach = (upper ? 1 : -1) * stride;
    double far = near;
    double atFar = atNear;
    while (atFar < 0) {
      near = far;
      atNear = atFar;
      far = upper ? Math.min(end, near + reach) : Math.max(end, near + reach);
      atFar = far == end ? Double.POSITIVE_INFINITY : z(far, upper) - wanted;
      reach *= 2;
    }
    int moved = 0;
    for (int iteration = 0; iteration < 200; iteration++) {
      double share =
          Double.isInfinite(atFar) || Double.isInfinite(atNear) ? 0.5 : -atNear / (atFar - atNear);
      double next = near + share * (far - near);
      double z = z(next, upper) - wanted;
      if (Math.abs(z) < 1e-9 || Math.abs(far - near) <= 1e-13 * (most - least)) {
        return next;
      }
      // An end that stays twice in a row counts for half.
      if (z < 0) {
        near = next;
        atNear = z;
        atFar = moved < 0 ? atFar / 2 : atFar;
        moved = -1;
      } else {
        far = next;
        atFar = z;
        atNear = moved > 0 ? atNear / 2 : atNear;
        moved = 1;
      }
    }
    return far;
  }

  private double z(double bound, boolean upper) {
    double p = upper ? pValueBelow(bound) : pValueAbove(bound);
    return p <= 0 ? Double.POSITIVE_INFINITY : NORMAL.inverseSurvivalProbability(p);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < least) {
      return 0;
    }
    return mean == least || bound >= most ? 1 : tail(bound, least, -1);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > most) {
      return 0;
    }
    return mean == most || bound <= least ? 1 : tail(bound, most, 1);
  }

  /** The probability that the weighted mean, with one more cluster at an end, lies beyond. */
  private double tail(double bound, double end, int sign) {
    int terms = sums.length;
    double[] weights = new double[terms + 1];
    double[] shapes = Arrays.copyOf(counts, terms + 1);
    for (int j = 0; j < terms; j++) {
      weights[j] = sign * (sums[j] - bound * sizes[j]);
    }
    weights[terms] = sign * largestSize * (end - bound);
    shapes[terms] = 1;
    return GammaRace.probabilityPositive(weights, shapes);
  }

  @Override
  public String method() {
    return switch (kind) {
      case SINGLE -> "Gaffke, bounded values";
      case CLUSTERED -> "Gaffke, bounded values in clusters of at most " + Math.round(largestSize);
      case WEIGHTED -> "Gaffke, weighted bounded values";
      case WEIGHTED_IN_CLUSTERS -> "Gaffke, weighted bounded values in clusters";
    };
  }

  @Override
  public String toString() {
    return "mean " + mean + " of " + size + " values in [" + least + ", " + most + "]";
  }
}

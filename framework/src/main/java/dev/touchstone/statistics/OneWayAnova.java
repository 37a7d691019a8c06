package dev.touchstone.statistics;

import java.util.List;
import org.apache.commons.statistics.distribution.FDistribution;

/**
 * The one-way analysis of variance: do groups have one mean?
 *
 * <pre>F = (Σ nᵢ (ȳᵢ − ȳ)² / (k − 1)) / (Σ Σ (yᵢⱼ − ȳᵢ)² / (n − k))</pre>
 *
 * <p>Exact for independent normal values of one variance; ratings of a few points are neither, so
 * that nothing here is judged by it.
 *
 * @param statistic F; infinite where groups differ and nothing varies within them
 * @param between degrees of freedom between groups, k − 1
 * @param within degrees of freedom within them, n − k
 * @param meanSquare within groups, s²
 * @param pValue of H₀ "all groups have one mean"
 */
public record OneWayAnova(
    double statistic, int between, int within, double meanSquare, double pValue) {

  /**
   * Analyses groups.
   *
   * @param groups two or more, of at least one value each, and more values than groups
   * @throws IllegalArgumentException for fewer, and where no value differs from another
   */
  public static OneWayAnova of(List<double[]> groups) {
    int n = 0;
    double total = 0;
    for (double[] group : groups) {
      if (group.length == 0) {
        throw new IllegalArgumentException("a group without a value has no mean");
      }
      n += group.length;
      total += sum(group);
    }
    int k = groups.size();
    if (k < 2 || n <= k) {
      throw new IllegalArgumentException(
          "an analysis of variance needs two groups and more values than groups, was given %d groups of %d values together"
              .formatted(k, n));
    }
    double grand = total / n;
    double between = 0;
    double within = 0;
    for (double[] group : groups) {
      double mean = sum(group) / group.length;
      between += group.length * (mean - grand) * (mean - grand);
      for (double value : group) {
        within += (value - mean) * (value - mean);
      }
    }
    double meanSquare = within / (n - k);
    double explained = between / (k - 1);
    if (!(explained > 0 || meanSquare > 0)) {
      throw new IllegalArgumentException("all values are the same, so that nothing varies");
    }
    double statistic = meanSquare == 0 ? Double.POSITIVE_INFINITY : explained / meanSquare;
    double pValue =
        meanSquare == 0 ? 0 : FDistribution.of(k - 1, n - k).survivalProbability(statistic);
    return new OneWayAnova(statistic, k - 1, n - k, meanSquare, pValue);
  }

  static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}

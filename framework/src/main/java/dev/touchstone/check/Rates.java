package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/** Rates of examples, with the interval that the data's clustering asks for. */
final class Rates {
  private Rates() {}

  /** Rounding in a softmax may leave a little more than 1. */
  static boolean isProbability(double number) {
    return number >= 0 && number <= 1 + 1e-9;
  }

  /** Whether the examples are independent, or come from two clusters at least. */
  static boolean canBeEstimated(Dataset data, int[] examples) {
    String column = data.clustering().orElse(null);
    return column == null
        || Arrays.stream(examples).mapToObj(i -> data.value(column, i)).distinct().limit(2).count()
            == 2;
  }

  /**
   * Refuses examples that say nothing about others.
   *
   * @throws TouchstoneException if all of them come from one cluster
   */
  static void refuseSingleCluster(Dataset data, int[] examples) {
    if (!canBeEstimated(data, examples)) {
      String column = data.clustering().orElseThrow();
      throw new TouchstoneException(
          data.name()
              + ": "
              + examples.length
              + " examples come from the single cluster "
              + column
              + " = ["
              + data.value(column, examples[0])
              + "]; one cluster says nothing about others: cluster by a column of which every group"
              + " has several values, or take groups together with .withMerged(…)");
    }
  }

  /**
   * How many of some examples count.
   *
   * @param counts whether an example does, by its index
   * @throws TouchstoneException if all of them come from one cluster
   */
  static Estimate of(Dataset data, int[] examples, IntPredicate counts) {
    String column = data.clustering().orElse(null);
    if (column == null) {
      int counted = 0;
      for (int example : examples) {
        counted += counts.test(example) ? 1 : 0;
      }
      return Proportion.of(counted, examples.length);
    }
    refuseSingleCluster(data, examples);
    Map<String, int[]> clusters = new LinkedHashMap<>();
    for (int example : examples) {
      int[] cluster = clusters.computeIfAbsent(data.value(column, example), key -> new int[2]);
      cluster[0] += counts.test(example) ? 1 : 0;
      cluster[1]++;
    }
    return ClusteredProportion.of(
        clusters.values().stream().mapToInt(cluster -> cluster[0]).toArray(),
        clusters.values().stream().mapToInt(cluster -> cluster[1]).toArray());
  }
}

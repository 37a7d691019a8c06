package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Rates of examples, with the interval that the data's clustering asks for. */
public final class Rates {
  private Rates() {}

  /**
   * Returns why some examples say nothing about others: there are none, or all come from one
   * cluster.
   */
  public static Optional<String> lack(Dataset data, int[] examples) {
    if (examples.length == 0) {
      return Optional.of("there are no such examples; take groups together with .withMerged(…)");
    }
    return data.clustering()
        .filter(
            column ->
                Arrays.stream(examples)
                        .mapToObj(i -> data.value(column, i))
                        .distinct()
                        .limit(2)
                        .count()
                    < 2)
        .map(
            column ->
                ("%d examples come from the single cluster %s = [%s]; one cluster says nothing"
                     + " about others: cluster by a column of which every group has several values,"
                     + " or take groups together with .withMerged(…)")
                    .formatted(examples.length, column, data.value(column, examples[0])));
  }

  /**
   * Refuses clusters of which it is not said how large they can be.
   *
   * @throws TouchstoneException if the data are clustered and no largest cluster was declared
   */
  public static void refuseUnboundedClusters(Dataset data) {
    if (data.clustering().isPresent() && data.largestCluster().isEmpty()) {
      throw new TouchstoneException(
          "%s is clustered by %s, and how large a cluster can be is not said: no interval knows of large clusters that the data happen not to have. Add .withClustersOfAtMost(n) with the most examples that one %s can have wherever the claim is to hold; the largest here has %d"
              .formatted(
                  data.name(),
                  data.clustering().get(),
                  data.clustering().get(),
                  data.largestClusterSeen()));
    }
  }

  /**
   * Returns how many of some examples count.
   *
   * @param counts whether an example does, by its index
   * @throws TouchstoneException if all of them come from one cluster, or clusters have no bound
   */
  public static Estimate of(Dataset data, int[] examples, IntPredicate counts) {
    lack(data, examples).ifPresent(lack -> refuse(data, lack));
    String column = data.clustering().orElse(null);
    if (column == null) {
      int counted = 0;
      for (int example : examples) {
        counted += counts.test(example) ? 1 : 0;
      }
      return Proportion.of(counted, examples.length);
    }
    refuseUnboundedClusters(data);
    Map<String, int[]> clusters = new LinkedHashMap<>();
    for (int example : examples) {
      int[] cluster = clusters.computeIfAbsent(data.value(column, example), key -> new int[2]);
      cluster[0] += counts.test(example) ? 1 : 0;
      cluster[1]++;
    }
    return ClusteredProportion.of(
        clusters.values().stream().mapToInt(cluster -> cluster[0]).toArray(),
        clusters.values().stream().mapToInt(cluster -> cluster[1]).toArray(),
        data.largestCluster().getAsInt());
  }

  private static void refuse(Dataset data, String lack) {
    throw new TouchstoneException(data.name() + ": " + lack);
  }

  /**
   * Returns the rate among all examples or those of a group. A group of a single cluster is
   * undetermined, and takes no other group with it.
   *
   * @throws TouchstoneException if all of the data come from one cluster
   */
  public static Estimate of(Dataset data, Slice slice, IntPredicate counts) {
    return of(data, slice, slice.examples(), counts);
  }

  /**
   * Returns the rate among some of a slice's examples.
   *
   * @throws TouchstoneException if all of them come from one cluster, and the slice is all of the
   *     data
   */
  public static Estimate of(Dataset data, Slice slice, int[] examples, IntPredicate counts) {
    Optional<String> lack = slice.isOverall() ? Optional.empty() : lack(data, examples);
    return lack.<Estimate>map(reason -> Undetermined.because(reason, examples.length))
        .orElseGet(() -> of(data, examples, counts));
  }
}

package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labels and clusters of some examples of data, or of as many as are asked for that are like them:
 * the same ones again and again, in clusters of their own. Immutable.
 */
final class ExamplesAlike {
  private final int[] labels;

  /** Numbered from 0 on; null for independent examples. */
  private final int @Nullable [] clusters;

  private final int distinctClusters;
  private final OptionalInt largestCluster;
  private final int size;

  private ExamplesAlike(
      int[] labels,
      int @Nullable [] clusters,
      int distinctClusters,
      OptionalInt largestCluster,
      int size) {
    this.labels = labels;
    this.clusters = clusters;
    this.distinctClusters = distinctClusters;
    this.largestCluster = largestCluster;
    this.size = size;
  }

  /** One example, of which as many as are asked for are independent. */
  static ExamplesAlike independent() {
    return new ExamplesAlike(new int[1], null, 0, OptionalInt.empty(), 1);
  }

  /** Some of the data's examples. */
  static ExamplesAlike of(Dataset data, int[] examples) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] clusters =
        data.clustering()
            .map(
                column ->
                    IntStream.of(examples)
                        .map(
                            i ->
                                numbers.computeIfAbsent(
                                    data.value(column, i), key -> numbers.size()))
                        .toArray())
            .orElse(null);
    return new ExamplesAlike(
        data.hasValues()
            ? new int[examples.length]
            : IntStream.of(examples).map(data::label).toArray(),
        clusters,
        numbers.size(),
        data.largestCluster(),
        examples.length);
  }

  /** So many of them. */
  ExamplesAlike times(int number) {
    return new ExamplesAlike(labels, clusters, distinctClusters, largestCluster, number);
  }

  int size() {
    return size;
  }

  int label(int example) {
    return labels[example % labels.length];
  }

  /** The cluster of every example; empty for independent ones. */
  Optional<int[]> clusters() {
    int[] once = clusters;
    return once == null
        ? Optional.empty()
        : Optional.of(
            IntStream.range(0, size)
                .map(i -> once[i % once.length] + i / once.length * distinctClusters)
                .toArray());
  }

  /** How many examples each cluster has; empty for independent examples. */
  Optional<int[]> clusterSizes() {
    return clusters()
        .map(
            of -> {
              int[] sizes = new int[IntStream.of(of).max().orElse(-1) + 1];
              for (int cluster : of) {
                sizes[cluster]++;
              }
              return IntStream.of(sizes).filter(members -> members > 0).toArray();
            });
  }

  OptionalInt largestCluster() {
    return largestCluster;
  }
}

package dev.touchstone.check.comparison;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.metric.Rates;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The share of what an expert said that something is true of, each example counted by how sure the
 * expert is of it.
 *
 * @param audit the examples
 * @param counts whether it is true of an example, by its index
 */
record ExpertsWord(AuditSet audit, IntPredicate counts) {
  /** The confidence of an expert who is certain; nothing counts for more. */
  private static final double CERTAIN = 1;

  /** Whether the examples of a slice count differently. */
  boolean isWeighted(Slice slice) {
    double[] confidence = audit.confidence();
    return Arrays.stream(slice.examples()).anyMatch(i -> confidence[i] != CERTAIN);
  }

  boolean isUndetermined(Slice slice) {
    return lack(slice).isPresent();
  }

  private Optional<String> lack(Slice slice) {
    double[] confidence = audit.confidence();
    return Rates.lack(audit.data(), slice.examples())
        .or(
            () ->
                Arrays.stream(slice.examples()).allMatch(i -> confidence[i] == 0)
                    ? Optional.of(
                        "the expert is sure of none of these examples; annotate others of the"
                            + " group")
                    : Optional.empty());
  }

  /**
   * Returns the share among a slice's examples; undetermined for a group that says nothing.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if all of the data come from one cluster
   */
  Estimate share(Slice slice) {
    if (!isWeighted(slice) || Rates.lack(audit.data(), slice.examples()).isPresent()) {
      return Rates.of(audit.data(), slice, counts);
    }
    Optional<String> lack = lack(slice);
    return lack.<Estimate>map(reason -> Undetermined.because(reason, slice.examples().length))
        .orElseGet(() -> weighted(slice.examples()));
  }

  private Estimate weighted(int[] examples) {
    Dataset data = audit.data();
    double[] confidence = audit.confidence();
    double[] values = Arrays.stream(examples).mapToDouble(i -> counts.test(i) ? 1 : 0).toArray();
    double[] weights = Arrays.stream(examples).mapToDouble(i -> confidence[i]).toArray();
    if (data.clustering().isEmpty()) {
      return BoundedMean.weighted(values, weights, CERTAIN, 0, 1);
    }
    String column = data.clustering().get();
    Map<String, Integer> numbers = new HashMap<>();
    int[] clusters =
        Arrays.stream(examples)
            .map(i -> numbers.computeIfAbsent(data.value(column, i), key -> numbers.size()))
            .toArray();
    return BoundedMean.weightedInClusters(
        values, weights, CERTAIN, clusters, data.largestCluster().getAsInt(), 0, 1);
  }
}

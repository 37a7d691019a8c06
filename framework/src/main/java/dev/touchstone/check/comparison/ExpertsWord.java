package dev.touchstone.check.comparison;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Rates;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.Comparator;
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

  /**
   * Says which slice of an audit set is too small to show a share, whatever a model answers.
   *
   * @param least the share that has to be shown
   * @param level of the interval that shows it
   */
  static Optional<Warning> lack(AuditSet audit, double least, double level) {
    Dataset data = audit.data();
    if (data.size() == 0 || (data.clustering().isPresent() && data.largestCluster().isEmpty())) {
      return Optional.empty();
    }
    ExpertsWord all = new ExpertsWord(audit, example -> true);
    return data.slices().stream()
        .filter(slice -> !all.isUndetermined(slice))
        .filter(slice -> all.share(slice).interval(level).lower() < least)
        .min(Comparator.comparingInt((Slice slice) -> slice.examples().length))
        .map(
            slice ->
                new Warning(
                    Warning.CANNOT_PASS,
                    "%d audit examples (%s) cannot show an agreement of at least %s, whatever the model answers: if it agreed on all of them, %s would be shown; annotate more examples, or claim less"
                        .formatted(
                            slice.examples().length,
                            slice.name(),
                            Numbers.format(least),
                            Numbers.format(all.share(slice).interval(level).lower()))));
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

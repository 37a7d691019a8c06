package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Rates;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Undetermined;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which slices can be judged in a metric. A group that cannot is a finding of its own and takes no
 * other group with it; without an answer on all of the data there is none at all.
 */
final class JudgeableSlices {
  /** Why a group cannot be judged, by its name. */
  private final Map<String, String> lacks = new LinkedHashMap<>();

  private JudgeableSlices() {}

  /**
   * Asks every slice.
   *
   * @throws TouchstoneException if all of the data cannot carry the metric
   */
  static JudgeableSlices of(Metric metric, Dataset data) {
    metric.check(data);
    JudgeableSlices groups = new JudgeableSlices();
    for (Slice slice : data.slices()) {
      Rates.lack(data, slice.examples())
          .or(() -> metric.lack(data, slice))
          .ifPresent(lack -> groups.add(data, slice, lack));
    }
    return groups;
  }

  private void add(Dataset data, Slice slice, String lack) {
    if (slice.isOverall()) {
      throw new TouchstoneException(data.name() + ": " + lack);
    }
    lacks.put(slice.name(), lack);
  }

  /** In place of an estimate, where there can be none. */
  Optional<Undetermined> undetermined(Slice slice) {
    return Optional.ofNullable(lacks.get(slice.name()))
        .map(lack -> Undetermined.because(lack, slice.examples().length));
  }

  boolean canBeJudged(Slice slice) {
    return !lacks.containsKey(slice.name());
  }

  /** Says of every group why it was not judged. */
  void addTo(Evidence.Builder evidence) {
    lacks.forEach((group, lack) -> evidence.note(group + " was not judged: " + lack));
  }
}

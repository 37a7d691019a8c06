package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The groups of each column, for what compares groups with each other. */
final class GroupColumns {
  private GroupColumns() {}

  /**
   * The columns that have two groups at least.
   *
   * @param why in a sentence, more than one group is needed
   * @throws TouchstoneException if there is no such column
   */
  static Map<String, List<Slice>> of(Dataset data, String why) {
    Map<String, List<Slice>> columns = new LinkedHashMap<>();
    data.slices().stream()
        .filter(slice -> !slice.isOverall())
        .forEach(
            slice -> columns.computeIfAbsent(slice.column(), key -> new ArrayList<>()).add(slice));
    columns.values().removeIf(slices -> slices.size() < 2);
    if (columns.isEmpty()) {
      throw new TouchstoneException(
          data.grouping().isEmpty()
              ? "%s is not grouped, and %s; say .groupedBy(\"column\")".formatted(data.name(), why)
              : "%s has a single group in each of %s, and %s; group it by another column"
                  .formatted(data.name(), data.grouping(), why));
    }
    return columns;
  }

  /** Groups of one column are independent only where no cluster lies in two of them. */
  static void refuseSharedClusters(Dataset data, List<Slice> slices) {
    data.clustering()
        .ifPresent(
            column -> {
              Map<String, String> groupOf = new HashMap<>();
              for (Slice slice : slices) {
                for (int example : slice.examples()) {
                  String cluster = data.value(column, example);
                  String other = groupOf.putIfAbsent(cluster, slice.name());
                  if (other != null && !other.equals(slice.name())) {
                    throw new TouchstoneException(
                        "%s: the cluster %s = [%s] has examples in %s and in %s, which are not independent then; claim the gap of data.onePerCluster(seed)"
                            .formatted(data.name(), column, cluster, other, slice.name()));
                  }
                }
              }
            });
  }
}

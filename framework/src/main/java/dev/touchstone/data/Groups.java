package dev.touchstone.data;

import dev.touchstone.facts.DataFacts.Clustering;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The group columns of a data set, and what a suite says of them: by which of them claims are
 * grouped, which groups have to be there, which were taken together, and what is a cluster.
 * Immutable.
 */
final class Groups {
  private final String data;
  private final Map<String, List<String>> columns;
  private final List<String> grouping;
  private final Map<String, Set<String>> expected;
  private final Merges merges;
  private final Optional<Clustering> clusters;

  /** Crossings that were asked for; computed, so that they follow what becomes of their columns. */
  private final Map<String, List<String>> crossed = new ConcurrentHashMap<>();

  private Groups(
      String data,
      Map<String, List<String>> columns,
      List<String> grouping,
      Map<String, Set<String>> expected,
      Merges merges,
      Optional<Clustering> clusters) {
    this.data = data;
    this.columns = Collections.unmodifiableMap(columns);
    this.grouping = grouping;
    this.expected = expected;
    this.merges = merges;
    this.clusters = clusters;
  }

  /**
   * Returns the columns as they were read, of which nothing is said yet.
   *
   * @param data what messages call the data
   * @param columns one value per example
   */
  static Groups of(String data, Map<String, List<String>> columns) {
    return new Groups(
        data, new LinkedHashMap<>(columns), List.of(), Map.of(), Merges.NONE, Optional.empty());
  }

  /** Returns the same groups of data that messages call otherwise. */
  Groups named(String other) {
    return new Groups(other, columns, grouping, expected, merges, clusters);
  }

  /** Returns the groups of some examples, in the given order. */
  Groups select(int[] examples, String name) {
    Map<String, List<String>> selected = new LinkedHashMap<>();
    columns.forEach(
        (column, cells) ->
            selected.put(column, Arrays.stream(examples).mapToObj(cells::get).toList()));
    return new Groups(name, selected, grouping, expected, merges, clusters);
  }

  Set<String> columns() {
    return columns.keySet();
  }

  /**
   * Returns the values of a column, or of several joined by {@code " & "}, one per example.
   *
   * @throws TouchstoneException for an unknown column
   */
  List<String> column(String column) {
    List<String> values = columns.get(column);
    if (values == null && Crossing.isOne(column)) {
      return crossed.computeIfAbsent(column, key -> Crossing.of(key, data, this::column));
    }
    if (values == null) {
      throw new TouchstoneException(
          "%s has no group column \"%s\"; it has %s. Name it in groups = {…} where the data set is declared"
              .formatted(data, column, columns.keySet()));
    }
    return values;
  }

  List<String> grouping() {
    return grouping;
  }

  Groups groupedBy(List<String> groupColumns) {
    groupColumns.forEach(this::column);
    return new Groups(data, columns, groupColumns, expected, merges, clusters);
  }

  Groups expecting(String column, Set<String> values) {
    Map<String, Set<String>> more = new HashMap<>(expected);
    more.put(column, values);
    Groups expecting = new Groups(data, columns, grouping, more, merges, clusters);
    expecting.requireExpected(column);
    return expecting;
  }

  private void requireExpected(String column) {
    Set<String> there = new TreeSet<>(column(column));
    Set<String> vanished = new TreeSet<>(expected.getOrDefault(column, Set.of()));
    vanished.removeAll(there);
    if (!vanished.isEmpty()) {
      throw new TouchstoneException(
          "%s: no example has the %s %s, which .expectingGroups(…) asks for; it has %s. Look where they went, or expect others"
              .formatted(data, column, vanished, there));
    }
  }

  Merges merges() {
    return merges;
  }

  Groups withMerged(String column, String into, Set<String> values) {
    List<String> before = column(column);
    Merges more = merges.with(data, column, before, into, values);
    Map<String, List<String>> merged = new LinkedHashMap<>(columns);
    merged.put(column, before.stream().map(cell -> values.contains(cell) ? into : cell).toList());
    // Values that name clusters make larger ones.
    return new Groups(data, merged, grouping, expected, more, clusters).requireClustersOfAtMost();
  }

  Optional<Clustering> clusters() {
    return clusters;
  }

  Groups clusteredBy(String clusterColumn) {
    column(clusterColumn);
    return clustered(Optional.of(new Clustering(clusterColumn, OptionalInt.empty())));
  }

  Groups withClustersOfAtMost(int examples) {
    Clustering declared = new Clustering(requireClusters(), OptionalInt.of(examples));
    return clustered(Optional.of(declared)).requireClustersOfAtMost();
  }

  Groups withoutClusters() {
    return clustered(Optional.empty());
  }

  private Groups clustered(Optional<Clustering> others) {
    return new Groups(data, columns, grouping, expected, merges, others);
  }

  /** Returns the examples of every cluster, in alphabetical order of the clusters. */
  Map<String, int[]> clusterMembers() {
    return members(requireClusters());
  }

  private String requireClusters() {
    return clusters
        .map(Clustering::column)
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "%s has no clusters; say .clusteredBy(\"column\") first".formatted(data)));
  }

  private Groups requireClustersOfAtMost() {
    if (clusters.isEmpty() || clusters.get().atMost().isEmpty()) {
      return this;
    }
    int most = clusters.get().atMost().getAsInt();
    clusterMembers()
        .forEach(
            (value, examples) -> {
              if (examples.length > most) {
                throw new TouchstoneException(
                    "%s: clusters of at most %d were declared, and %s = [%s] has %d examples; declare the most that any cluster can have"
                        .formatted(data, most, requireClusters(), value, examples.length));
              }
            });
    return this;
  }

  /**
   * Returns all examples, then every group of every column of the grouping.
   *
   * @param size the number of examples
   * @throws TouchstoneException if there are none, or an expected group has vanished
   */
  List<Dataset.Slice> slices(int size) {
    if (size == 0) {
      throw new TouchstoneException(
          "%s is empty; nothing can be claimed about no examples".formatted(data));
    }
    List<Dataset.Slice> slices = new ArrayList<>();
    slices.add(new Dataset.Slice("", Dataset.Slice.OVERALL, IntStream.range(0, size).toArray()));
    for (String column : grouping) {
      requireExpected(column);
      members(column)
          .forEach((value, examples) -> slices.add(new Dataset.Slice(column, value, examples)));
    }
    return slices;
  }

  /** Returns the examples of every value of a column, in alphabetical order of the values. */
  private Map<String, int[]> members(String column) {
    List<String> values = column(column);
    Map<String, List<Integer>> lists = new TreeMap<>();
    for (int i = 0; i < values.size(); i++) {
      lists.computeIfAbsent(values.get(i), key -> new ArrayList<>()).add(i);
    }
    Map<String, int[]> members = new LinkedHashMap<>();
    lists.forEach(
        (value, examples) ->
            members.put(value, examples.stream().mapToInt(Integer::intValue).toArray()));
    return members;
  }
}

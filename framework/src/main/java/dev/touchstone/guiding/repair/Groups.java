package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Groups of examples: by label, and by what stands for concepts that should not matter. A group
 * that no example is in is none.
 *
 * @param of the group of every example
 * @param names of the groups
 */
record Groups(int[] of, List<String> names) {
  private static final int MOST_VALUES = 20;

  /**
   * The groups of labels and columns.
   *
   * @param columns of the data, one for each concept that should not matter
   * @param who needs them
   * @param otherwise what to do where the data have no such column
   */
  static Groups of(Dataset data, List<String> columns, String who, String otherwise) {
    for (String column : columns) {
      if (!data.columns().contains(column)) {
        throw new TouchstoneException(
            "%s has to know \"%s\" of every example of %s, which has the columns %s; read it with .groups(\"%s\"), %s"
                .formatted(who, column, data.name(), data.columns(), column, otherwise));
      }
      long values =
          IntStream.range(0, data.size()).mapToObj(i -> data.value(column, i)).distinct().count();
      if (values > MOST_VALUES) {
        throw new TouchstoneException(
            "the column \"%s\" of %s has %d values, and %s makes a group of each; give a column of at most %d"
                .formatted(column, data.name(), values, who, MOST_VALUES));
      }
    }
    String[] names = new String[data.size()];
    for (int i = 0; i < names.length; i++) {
      List<String> parts = new ArrayList<>();
      parts.add(data.classNames().get(data.label(i)));
      for (String column : columns) {
        parts.add(column + "=" + data.value(column, i));
      }
      names[i] = String.join(" & ", parts);
    }
    return of(names);
  }

  /** The groups that examples of the same name make. */
  static Groups of(String... names) {
    Map<String, Integer> places = new LinkedHashMap<>();
    int[] of =
        Arrays.stream(names)
            .mapToInt(name -> places.computeIfAbsent(name, key -> places.size()))
            .toArray();
    return new Groups(of, List.copyOf(places.keySet()));
  }

  int size() {
    return names.size();
  }

  /** What each example weighs, with a mean of 1, where a group has a share of the whole. */
  double[] weights(double... shares) {
    int[] sizes = sizes();
    double[] weights = new double[of.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = shares[of[i]] * of.length / sizes[of[i]];
    }
    return weights;
  }

  /** What each example weighs where all groups count alike. */
  double[] alike() {
    double[] shares = new double[size()];
    Arrays.fill(shares, 1.0 / shares.length);
    return weights(shares);
  }

  /** The mean of every group. */
  double[] means(double... values) {
    int[] sizes = sizes();
    double[] means = new double[size()];
    for (int i = 0; i < values.length; i++) {
      means[of[i]] += values[i] / sizes[of[i]];
    }
    return means;
  }

  private int[] sizes() {
    int[] sizes = new int[size()];
    Arrays.stream(of).forEach(group -> sizes[group]++);
    return sizes;
  }
}

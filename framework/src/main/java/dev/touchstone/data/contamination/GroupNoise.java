package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Symmetric label noise whose rate depends on the group.
 *
 * @param column by whose values the examples are grouped
 * @param rates of some of its values; labels of other groups stay
 */
record GroupNoise(String column, SortedMap<String, Double> rates) implements LabelNoise {

  GroupNoise(String column, Map<String, Double> rates) {
    this(column, (SortedMap<String, Double>) new TreeMap<>(rates));
  }

  GroupNoise {
    if (rates.isEmpty()) {
      throw new IllegalArgumentException(
          "no group has a rate; give some, such as Map.of(\"Female\", 0.3)");
    }
    rates.values().forEach(Rates::check);
  }

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int classes = WrongLabels.classes(data);
    int[] labels = data.labels();
    rates.forEach(
        (group, rate) -> {
          int[] members =
              IntStream.range(0, labels.length)
                  .filter(i -> data.value(column, i).equals(group))
                  .toArray();
          if (members.length < 2) {
            throw new TouchstoneException(
                "group %s=%s of %s has %d examples; noise of its own takes at least two"
                    .formatted(column, group, data.name(), members.length));
          }
          WrongLabels.replace(labels, members, rate, classes, random);
        });
    return labels;
  }

  @Override
  public String toString() {
    return "label noise by %s at rates %s".formatted(column, rates);
  }
}

package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Small tables for tests. */
final class Tables {
  private Tables() {}

  static Dataset of(String name, Matrix features, int... labels) {
    return builder(name, features, labels).build();
  }

  static Dataset.Builder builder(String name, Matrix features, int... labels) {
    float[] values = new float[features.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) features.values()[i];
    }
    int classes = Math.max(2, Arrays.stream(labels).max().orElse(0) + 1);
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, features.columns()))
        .labels(labels)
        .classNames(IntStream.range(0, classes).mapToObj(c -> "class " + c).toList())
        .ids(IntStream.range(0, labels.length).mapToObj(i -> name + "-" + i).toList());
  }

  static List<String> texts(String no, String yes, double... values) {
    return Arrays.stream(values).mapToObj(value -> value > 0 ? yes : no).toList();
  }
}

package dev.touchstone.surrogate;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Tables for surrogates, whose labels do not matter. */
final class Tables {
  private Tables() {}

  /** Columns a, b, … of numbers. */
  static Dataset of(double[]... rows) {
    int width = rows[0].length;
    return Dataset.named("table")
        .features(
            FeatureStore.inMemory(
                Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), width))
        .featureNames(IntStream.range(0, width).mapToObj(c -> "" + (char) ('a' + c)).toList())
        .labels(new int[rows.length])
        .classNames(List.of("no", "yes"))
        .allowingMissing()
        .build();
  }

  /** One column a of numbers, and a column "kind" of texts. */
  static Dataset typed(double[] numbers, String... kinds) {
    return Dataset.named("typed")
        .features(FeatureStore.inMemory(numbers, 1))
        .featureNames(List.of("a"))
        .input("kind", new TypedTensor.Texts(kinds, kinds.length, 1))
        .labels(new int[numbers.length])
        .classNames(List.of("no", "yes"))
        .build();
  }
}

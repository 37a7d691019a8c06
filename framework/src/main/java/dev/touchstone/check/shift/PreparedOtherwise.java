package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Data as another preprocessing would have made them, in memory. */
final class PreparedOtherwise {
  private static final double SAME = 1e-6;

  private PreparedOtherwise() {}

  /**
   * Returns the data prepared so.
   *
   * @throws TouchstoneException if the preprocessing makes another number of values
   */
  static Dataset of(Dataset data, Preprocessing preprocessing) {
    int[] shape = data.shape();
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] values = new float[data.size() * size];
    for (int i = 0; i < data.size(); i++) {
      float[] prepared = preprocessing.apply(data.batch(i, i + 1).row(0), shape);
      if (prepared.length != size) {
        throw new TouchstoneException(
            "the preprocessing \"%s\" made %d values of an example of %d; make as many, of the same shape"
                .formatted(preprocessing.name(), prepared.length, size));
      }
      System.arraycopy(prepared, 0, values, i * size, size);
    }
    return data.withFeatures(FeatureStore.inMemory(values, shape), preprocessing.name());
  }

  /** Whether both hold the same values, but for rounding. */
  static boolean isSame(Dataset one, Dataset other) {
    return IntStream.range(0, one.size())
        .allMatch(
            i -> {
              float[] a = one.batch(i, i + 1).row(0);
              float[] b = other.batch(i, i + 1).row(0);
              return IntStream.range(0, a.length).allMatch(j -> isSame(a[j], b[j]));
            });
  }

  private static boolean isSame(float a, float b) {
    return Float.isNaN(a) ? Float.isNaN(b) : Math.abs(a - b) <= SAME * Math.max(1, Math.abs(a));
  }
}

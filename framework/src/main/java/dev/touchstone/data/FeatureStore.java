package dev.touchstone.data;

/**
 * Where the features of a data set lie: in memory, in a file that is larger than memory, or behind
 * a transformation. Implementations are safe for use by several threads.
 */
public interface FeatureStore {

  /** Returns the number of examples. */
  int size();

  /**
   * Returns the shape of one example, such as {@code [1, 28, 28]} (channels first) or {@code [12]}.
   */
  int[] shape();

  /** Returns how many values one example has: the product of its {@link #shape()}. */
  default int rowSize() {
    return InMemoryStore.sizeOf(shape());
  }

  /**
   * Copies one example.
   *
   * @param index from 0 to {@link #size()} - 1
   * @param destination receives the values from {@code offset} on, row-major
   */
  void read(int index, float[] destination, int offset);

  /**
   * Copies one example in double precision: as it was given, where {@link #isDouble()}, and else
   * the same numbers.
   *
   * @param index from 0 to {@link #size()} - 1
   * @param destination receives the values from {@code offset} on, row-major
   */
  default void read(int index, double[] destination, int offset) {
    float[] row = new float[rowSize()];
    read(index, row, 0);
    for (int i = 0; i < row.length; i++) {
      destination[offset + i] = row[i];
    }
  }

  /**
   * Returns whether features are kept in double precision, because single precision would round
   * them; by default they are not.
   */
  default boolean isDouble() {
    return false;
  }

  /** Returns features held in memory in double precision, examples one after the other. */
  static FeatureStore inMemory(double[] values, int... shapeOfOne) {
    return new InMemoryDoubles(values, shapeOfOne);
  }

  /** Returns features held in memory, examples one after the other. */
  static FeatureStore inMemory(float[] values, int... shapeOfOne) {
    return new InMemoryFeatures(values, shapeOfOne);
  }
}

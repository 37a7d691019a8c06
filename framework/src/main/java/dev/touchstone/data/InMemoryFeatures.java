package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import java.util.Arrays;

/** Features in one array. */
final class InMemoryFeatures implements FeatureStore {
  private final float[] values;
  private final int[] shape;
  private final int rowSize;

  InMemoryFeatures(float[] values, int... shape) {
    this.rowSize = rowSizeOf(values.length, shape);
    this.values = values;
    this.shape = shape.clone();
  }

  /**
   * How many values an example of a shape has, of which there are so many.
   *
   * @throws IllegalArgumentException if they are no whole number of examples
   */
  static int rowSizeOf(int values, int... shape) {
    int rowSize = sizeOf(shape);
    if (rowSize == 0 || values % rowSize != 0) {
      throw new IllegalArgumentException(
          values + " values are no whole number of examples of " + Arrays.toString(shape));
    }
    return rowSize;
  }

  /** How many values an example of a shape has. */
  static int sizeOf(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** Adds shape and values to a digest. */
  void addTo(Digest digest) {
    digest.add(shape).add(values);
  }

  @Override
  public int size() {
    return values.length / rowSize;
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public int rowSize() {
    return rowSize;
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    System.arraycopy(values, index * rowSize, destination, offset, rowSize);
  }
}

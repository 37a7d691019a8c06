package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import java.util.Arrays;

/** Features in one array. */
final class InMemoryFeatures implements FeatureStore {
  private final float[] values;
  private final int[] shape;
  private final int rowSize;

  InMemoryFeatures(float[] values, int... shape) {
    this.rowSize = sizeOf(shape);
    if (rowSize == 0 || values.length % rowSize != 0) {
      throw new IllegalArgumentException(
          values.length + " values are no whole number of examples of " + Arrays.toString(shape));
    }
    this.values = values;
    this.shape = shape.clone();
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

package dev.touchstone.data;

import dev.touchstone.runtime.Digest;

/** Features in one array, in double precision. */
final class InMemoryDoubles implements FeatureStore {
  private final double[] values;
  private final int[] shape;
  private final int rowSize;

  InMemoryDoubles(double[] values, int... shape) {
    this.rowSize = InMemoryFeatures.rowSizeOf(values.length, shape);
    this.values = values;
    this.shape = shape.clone();
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
    for (int i = 0; i < rowSize; i++) {
      destination[offset + i] = (float) values[index * rowSize + i];
    }
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    System.arraycopy(values, index * rowSize, destination, offset, rowSize);
  }

  @Override
  public boolean isDouble() {
    return true;
  }
}

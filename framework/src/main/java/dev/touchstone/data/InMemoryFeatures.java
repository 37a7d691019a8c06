package dev.touchstone.data;

import dev.touchstone.runtime.Digest;

/** Features in single precision. */
final class InMemoryFeatures extends InMemoryStore {
  private final float[] values;

  InMemoryFeatures(float[] values, int... shape) {
    super(values.length, shape);
    this.values = values;
  }

  @Override
  void addTo(Digest digest) {
    digest.add(shape()).add(values);
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    System.arraycopy(values, index * rowSize, destination, offset, rowSize);
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    for (int i = 0; i < rowSize; i++) {
      destination[offset + i] = values[index * rowSize + i];
    }
  }
}

package dev.touchstone.data;

import dev.touchstone.runtime.Digest;

/** Features in double precision. */
final class InMemoryDoubles extends InMemoryStore {
  private final double[] values;

  InMemoryDoubles(double[] values, int... shape) {
    super(values.length, shape);
    this.values = values;
  }

  @Override
  void addTo(Digest digest) {
    digest.add(shape()).add(values);
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

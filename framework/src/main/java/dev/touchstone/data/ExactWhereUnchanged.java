package dev.touchstone.data;

/**
 * Features that were changed in single precision, with the others as they were given: a feature
 * that nobody touched is not rounded because another one was.
 *
 * @param given in double precision
 * @param changed of the same examples and shape
 */
record ExactWhereUnchanged(FeatureStore given, FeatureStore changed) implements FeatureStore {

  /** Returns the changed features, with what single precision would have rounded of the others. */
  static FeatureStore of(FeatureStore given, FeatureStore changed) {
    return given.isDouble() && !changed.isDouble() && given.rowSize() == changed.rowSize()
        ? new ExactWhereUnchanged(given, changed)
        : changed;
  }

  @Override
  public int size() {
    return changed.size();
  }

  @Override
  public int[] shape() {
    return changed.shape();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    changed.read(index, destination, offset);
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    given.read(index, destination, offset);
    float[] row = new float[changed.rowSize()];
    changed.read(index, row, 0);
    for (int i = 0; i < row.length; i++) {
      if ((float) destination[offset + i] != row[i]) {
        destination[offset + i] = row[i];
      }
    }
  }

  @Override
  public boolean isDouble() {
    return true;
  }
}

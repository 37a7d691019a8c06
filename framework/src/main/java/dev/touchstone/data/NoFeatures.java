package dev.touchstone.data;

/** The features of examples that have none, but inputs of other types. */
record NoFeatures(int size) implements FeatureStore {

  @Override
  public int[] shape() {
    return new int[] {0};
  }

  @Override
  public void read(int index, float[] destination, int offset) {}
}

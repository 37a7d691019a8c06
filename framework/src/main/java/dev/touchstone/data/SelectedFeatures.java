package dev.touchstone.data;

/** Some examples of another store. */
record SelectedFeatures(FeatureStore all, int[] examples) implements FeatureStore {

  @Override
  public int size() {
    return examples.length;
  }

  @Override
  public int[] shape() {
    return all.shape();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    all.read(examples[index], destination, offset);
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    all.read(examples[index], destination, offset);
  }

  @Override
  public boolean isDouble() {
    return all.isDouble();
  }
}

package dev.touchstone.check.explanation;

import dev.touchstone.data.FeatureStore;
import java.util.Arrays;

/**
 * Features of which one has the same value for every example.
 *
 * @param features as they are
 * @param column the place of the one that is set
 * @param value that it has
 */
record ColumnSetTo(FeatureStore features, int column, double value) implements FeatureStore {

  @Override
  public int size() {
    return features.size();
  }

  @Override
  public int[] shape() {
    return features.shape();
  }

  @Override
  public boolean isDouble() {
    return features.isDouble() || (float) value != value;
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    features.read(index, destination, offset);
    destination[offset + column] = (float) value;
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    features.read(index, destination, offset);
    destination[offset + column] = value;
  }

  @Override
  public String toString() {
    return "%s with %d set to %s".formatted(Arrays.toString(shape()), column, value);
  }
}

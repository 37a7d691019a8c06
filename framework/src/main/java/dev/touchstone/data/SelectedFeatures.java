package dev.touchstone.data;

import java.util.LinkedHashMap;
import java.util.Map;

/** Some examples of another store. */
record SelectedFeatures(FeatureStore all, int[] examples) implements OtherReadings {

  @Override
  public Map<String, FeatureStore> otherReadings() {
    Map<String, FeatureStore> others = new LinkedHashMap<>();
    OtherReadings.of(all)
        .forEach((how, other) -> others.put(how, new SelectedFeatures(other, examples)));
    return others;
  }

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

package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Features of another store, row-major in another shape.
 *
 * @param shape of one example
 */
record ReshapedFeatures(FeatureStore raw, int... shape) implements OtherReadings {

  /**
   * Returns the features in another shape.
   *
   * @param data what messages call the data
   * @throws TouchstoneException for a shape that does not hold as many
   */
  static ReshapedFeatures of(String data, FeatureStore raw, int... shape) {
    boolean possible = shape.length > 0 && Arrays.stream(shape).allMatch(length -> length > 0);
    if (!possible || InMemoryStore.sizeOf(shape) != raw.rowSize()) {
      throw new TouchstoneException(
          "%s has examples of the shape %s, %d features each, which do not fill the shape %s"
              .formatted(
                  data, Arrays.toString(raw.shape()), raw.rowSize(), Arrays.toString(shape)));
    }
    return new ReshapedFeatures(raw, shape.clone());
  }

  @Override
  public Map<String, FeatureStore> otherReadings() {
    Map<String, FeatureStore> others = new LinkedHashMap<>();
    OtherReadings.of(raw)
        .forEach(
            (how, other) -> {
              if (other.rowSize() == rowSize()) {
                others.put(how, new ReshapedFeatures(other, shape));
              }
            });
    return others;
  }

  @Override
  public int size() {
    return raw.size();
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    raw.read(index, destination, offset);
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    raw.read(index, destination, offset);
  }

  @Override
  public boolean isDouble() {
    return raw.isDouble();
  }
}

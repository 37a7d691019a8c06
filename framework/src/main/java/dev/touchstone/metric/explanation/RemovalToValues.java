package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.Baseline;
import dev.touchstone.data.Dataset;
import java.util.Arrays;

/**
 * Given values.
 *
 * @param values one for all, or as many as an example has
 */
record RemovalToValues(float[] values) implements Removal {

  RemovalToValues {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing is given for what is removed");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "what takes the place of removed values must be finite, was " + value);
      }
    }
    values = values.clone();
  }

  @Override
  public void require(Dataset data) {
    Removal.requireLength(values, data);
  }

  @Override
  public float[][] of(Explained explained) {
    float[] row = Baseline.of(values).sized(explained.row(0).length);
    float[][] rows = new float[explained.size()][];
    Arrays.fill(rows, row);
    return rows;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RemovalToValues that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    String described = Baseline.of(values).describe();
    return values.length == 1 ? described : "given values " + described;
  }
}

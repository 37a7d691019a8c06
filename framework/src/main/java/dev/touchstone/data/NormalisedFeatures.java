package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Features of another store, each less a mean and divided by a scale.
 *
 * @param mean one per channel, or per feature of a table
 * @param scale likewise
 */
record NormalisedFeatures(FeatureStore raw, double[] mean, double[] scale)
    implements OtherReadings {

  /**
   * Returns features multiplied by a factor.
   *
   * @throws TouchstoneException for 0, NaN or infinity
   */
  static NormalisedFeatures scaled(FeatureStore raw, double factor) {
    if (!Double.isFinite(factor) || factor == 0) {
      throw new TouchstoneException("features cannot be scaled by " + factor);
    }
    return new NormalisedFeatures(raw, new double[1], new double[] {1 / factor});
  }

  /**
   * Returns features less a mean and divided by a standard deviation.
   *
   * @param data what messages call the data
   * @throws TouchstoneException for numbers that are not finite, a deviation that is not above 0,
   *     or as many as are neither one for all nor one per channel or feature
   */
  static NormalisedFeatures standardised(
      String data, FeatureStore raw, double[] mean, double[] deviation) {
    int axis = raw.shape()[0];
    if (mean.length != deviation.length || mean.length != 1 && mean.length != axis) {
      throw new TouchstoneException(
          "%s has examples of the shape %s and was given %d means and %d deviations; give 1 of each, or %d"
              .formatted(data, Arrays.toString(raw.shape()), mean.length, deviation.length, axis));
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i]) || !(deviation[i] > 0 && Double.isFinite(deviation[i]))) {
        throw new TouchstoneException(
            "features cannot be normalised by the mean %s and the deviation %s"
                .formatted(mean[i], deviation[i]));
      }
    }
    return new NormalisedFeatures(raw, mean.clone(), deviation.clone());
  }

  @Override
  public Map<String, FeatureStore> otherReadings() {
    Map<String, FeatureStore> others = new LinkedHashMap<>();
    OtherReadings.of(raw)
        .forEach((how, other) -> others.put(how, new NormalisedFeatures(other, mean, scale)));
    return others;
  }

  @Override
  public int size() {
    return raw.size();
  }

  @Override
  public int[] shape() {
    return raw.shape();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    raw.read(index, destination, offset);
    int block = rowSize() / mean.length;
    for (int channel = 0; channel < mean.length; channel++) {
      for (int i = 0; i < block; i++) {
        int at = offset + channel * block + i;
        destination[at] = (float) ((destination[at] - mean[channel]) / scale[channel]);
      }
    }
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    raw.read(index, destination, offset);
    int block = rowSize() / mean.length;
    for (int channel = 0; channel < mean.length; channel++) {
      for (int i = 0; i < block; i++) {
        int at = offset + channel * block + i;
        destination[at] = (destination[at] - mean[channel]) / scale[channel];
      }
    }
  }

  /** Most quotients are no single-precision numbers, whatever the features were. */
  @Override
  public boolean isDouble() {
    return true;
  }
}

package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.TouchstoneException;
import org.jspecify.annotations.Nullable;

/** Which values of the data are black and white. */
record PixelRange(float low, float high) {

  /** A range that a test states. */
  static PixelRange declared(float low, float high) {
    if (!(Float.isFinite(low) && Float.isFinite(high) && low < high)) {
      throw new TouchstoneException(
          "a range goes from black up to white, two finite values, and was " + low + " to " + high);
    }
    return new PixelRange(low, high);
  }

  /** The least and the largest value that occur in the data, unless a range is declared. */
  static PixelRange orOf(@Nullable PixelRange declared, Dataset data) {
    return declared == null ? occurringIn(data, "withRange(black, white)") : declared;
  }

  /**
   * The least and the largest value that occur in the data.
   *
   * @param cure what to write where all of them are the same
   */
  static PixelRange occurringIn(Dataset data, String cure) {
    FeatureStore features = data.features();
    float[] one = new float[features.rowSize()];
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < data.size(); i++) {
      features.read(i, one, 0);
      for (float feature : one) {
        smallest = Math.min(smallest, feature);
        largest = Math.max(largest, feature);
      }
    }
    if (!(smallest < largest)) {
      throw new TouchstoneException(
          "all pixels of %s are the same, so they do not say what is black and what is white; use %s"
              .formatted(data.name(), cure));
    }
    return new PixelRange(smallest, largest);
  }

  float length() {
    return high - low;
  }

  /** The nearest of 256 grey levels, from 0 to 255. */
  int level(float value) {
    double scaled = ((double) value - low) / ((double) high - low) * 255;
    return (int) Math.max(0, Math.min(255, Math.round(scaled)));
  }

  /** The value of a grey level. */
  float value(int level) {
    return (float) (low + (double) level / 255 * ((double) high - low));
  }

  @Override
  public String toString() {
    return low + " to " + high;
  }
}

package dev.touchstone.data;

/**
 * Features of another store, each less a mean and divided by a scale.
 *
 * @param mean one per channel, or per feature of a table
 * @param scale likewise
 */
record NormalisedFeatures(FeatureStore raw, double[] mean, double[] scale) implements FeatureStore {

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
    int block = InMemoryFeatures.sizeOf(raw.shape()) / mean.length;
    for (int channel = 0; channel < mean.length; channel++) {
      for (int i = 0; i < block; i++) {
        int at = offset + channel * block + i;
        destination[at] = (float) ((destination[at] - mean[channel]) / scale[channel]);
      }
    }
  }
}

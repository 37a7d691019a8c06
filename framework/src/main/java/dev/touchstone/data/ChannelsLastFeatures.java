package dev.touchstone.data;

/** Images of another store, whose channels stand first, with the channels of a pixel together. */
record ChannelsLastFeatures(FeatureStore raw) implements FeatureStore {
  @Override
  public int size() {
    return raw.size();
  }

  @Override
  public int[] shape() {
    int[] first = raw.shape();
    return new int[] {first[1], first[2], first[0]};
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    float[] row = new float[rowSize()];
    raw.read(index, row, 0);
    int channels = raw.shape()[0];
    int size = row.length / channels;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < size; i++) {
        destination[offset + i * channels + c] = row[c * size + i];
      }
    }
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    double[] row = new double[rowSize()];
    raw.read(index, row, 0);
    int channels = raw.shape()[0];
    int size = row.length / channels;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < size; i++) {
        destination[offset + i * channels + c] = row[c * size + i];
      }
    }
  }

  @Override
  public boolean isDouble() {
    return raw.isDouble();
  }
}

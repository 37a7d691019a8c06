package dev.touchstone.data.contamination;

/**
 * Some features are replaced by values that are the same for every example.
 *
 * @param where the replaced features, one entry per feature
 * @param values what they become; other entries are not read
 */
record Replacement(boolean[] where, float[] values) implements SpuriousSignal.Fitted {

  @Override
  public void apply(int example, float[] features) {
    for (int i = 0; i < where.length; i++) {
      if (where[i]) {
        features[i] = values[i];
      }
    }
  }

  @Override
  public boolean[] mask(int example, float[] features) {
    return where.clone();
  }
}

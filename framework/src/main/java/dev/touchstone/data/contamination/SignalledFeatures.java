package dev.touchstone.data.contamination;

import dev.touchstone.data.FeatureStore;
import java.util.function.IntPredicate;

/** Features of which some carry a signal, added when they are read. */
record SignalledFeatures(FeatureStore clean, SpuriousSignal.Fitted signal, IntPredicate carriers)
    implements FeatureStore {

  @Override
  public int size() {
    return clean.size();
  }

  @Override
  public int[] shape() {
    return clean.shape();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    if (!carriers.test(index)) {
      clean.read(index, destination, offset);
      return;
    }
    float[] one = new float[clean.rowSize()];
    clean.read(index, one, 0);
    signal.apply(index, one);
    System.arraycopy(one, 0, destination, offset, one.length);
  }
}

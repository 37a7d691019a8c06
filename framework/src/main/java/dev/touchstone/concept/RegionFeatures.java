package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.ItemMask;

/** Images of which one side of a mask is as it was, and the other each channel's mean. */
record RegionFeatures(FeatureStore whole, ItemMask.Fitted mask, boolean keepsItem)
    implements FeatureStore {

  static RegionFeatures inside(Dataset images, ItemMask mask) {
    return new RegionFeatures(images.features(), mask.fitTo(images), true);
  }

  static RegionFeatures outside(Dataset images, ItemMask mask) {
    return new RegionFeatures(images.features(), mask.fitTo(images), false);
  }

  @Override
  public int size() {
    return whole.size();
  }

  @Override
  public int[] shape() {
    return whole.shape();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    float[] image = new float[whole.rowSize()];
    whole.read(index, image, 0);
    boolean[] item = mask.of(index, image);
    for (int from = 0; from < image.length; from += item.length) {
      double sum = 0;
      for (int i = 0; i < item.length; i++) {
        sum += image[from + i];
      }
      float mean = (float) (sum / item.length);
      for (int i = 0; i < item.length; i++) {
        destination[offset + from + i] = item[i] == keepsItem ? image[from + i] : mean;
      }
    }
  }
}

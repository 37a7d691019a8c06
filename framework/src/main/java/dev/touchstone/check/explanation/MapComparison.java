package dev.touchstone.check.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.similarity.Ssim;
import dev.touchstone.similarity.TopOverlap;

/**
 * How the maps of examples of one shape are compared.
 *
 * @param height of an image, 0 for what is no image
 * @param width likewise
 * @param channels likewise
 */
record MapComparison(int height, int width, int channels) {
  /** The tenth of the values that are largest. */
  private static final int TOP = 10;

  /** Maps of values inside a model are no images, whatever the examples are. */
  static MapComparison of(AttributionMethod method, Dataset data) {
    return method.explainsInputs() ? of(data) : new MapComparison(0, 0, 0);
  }

  /** An image with a text beside it has a map that is no image's. */
  static MapComparison of(Dataset data) {
    int[] shape = data.shape();
    boolean image =
        data.inputNames().isEmpty() && shape.length == 3 && (shape[0] == 1 || shape[0] == 3);
    return image ? new MapComparison(shape[1], shape[2], shape[0]) : new MapComparison(0, 0, 0);
  }

  /** Whether the examples can be shown. */
  boolean images() {
    return channels > 0;
  }

  /** Whether the structural similarity's window fits. */
  boolean hasStructure() {
    return images() && Ssim.fits(height, width);
  }

  /** Spearman's rank correlation; NaN if a map is constant. */
  double ranks(double[] a, double[] b) {
    return Spearman.of(a, b);
  }

  /** The structural similarity of the maps as images of absolute values. */
  double structure(double[] a, double[] b) {
    return Ssim.of(Ssim.image(a, channels), Ssim.image(b, channels), height, width);
  }

  /** The shared part of the tenth of the values that is largest. */
  double top(double[] a, double[] b) {
    return TopOverlap.of(a, b, Math.max(1, a.length / TOP));
  }

  /** One value per pixel: the sum over channels. */
  static float[] perPixel(double[] map, int channels) {
    float[] sums = new float[map.length / channels];
    for (int i = 0; i < map.length; i++) {
      sums[i % sums.length] += (float) map[i];
    }
    return sums;
  }
}

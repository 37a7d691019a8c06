package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Divides each image into regions of like colour, across all channels, by BoofCV. Needs {@code
 * org.boofcv:boofcv-feature}.
 */
public final class Superpixels implements FeatureGroups {
  private final Method method;

  private Superpixels(Method method) {
    this.method = method;
  }

  /** A way to segment an image, whose values lie between 0 and 255. */
  sealed interface Method {
    String describe();

    /**
     * Clusters of colour and place, about as many as asked for.
     *
     * @param number of them
     */
    record Slic(int number) implements Method {
      @Override
      public String describe() {
        return "about %d superpixels (SLIC)".formatted(number);
      }
    }

    /**
     * Regions that differ less inside than between each other.
     *
     * @param scale the larger, the larger the regions
     * @param fewest pixels of one
     */
    record Felzenszwalb(double scale, int fewest) implements Method {
      @Override
      public String describe() {
        return "superpixels of scale %s, at least %d pixels (Felzenszwalb and Huttenlocher)"
            .formatted(scale, fewest);
      }
    }
  }

  /**
   * Clusters pixels by colour and place (SLIC; Achanta et al. 2012).
   *
   * @param number about how many regions; an image may have more or fewer
   * @throws IllegalArgumentException for fewer than 2
   */
  public static Superpixels slic(int number) {
    if (number < 2) {
      throw new IllegalArgumentException(
          "an image of %d superpixels has none to tell from others; give at least 2, such as Superpixels.slic(50)"
              .formatted(number));
    }
    return new Superpixels(new Method.Slic(number));
  }

  /**
   * Merges pixels as long as regions differ less inside than between each other (Felzenszwalb and
   * Huttenlocher 2004).
   *
   * @param scale the larger, the larger the regions, such as 100
   * @param fewest pixels of a region
   * @throws IllegalArgumentException unless both are positive
   */
  public static Superpixels felzenszwalb(double scale, int fewest) {
    if (!(scale > 0) || Double.isInfinite(scale) || fewest < 1) {
      throw new IllegalArgumentException(
          "superpixels of scale %s and at least %d pixels; give Superpixels.felzenszwalb(100, 10)"
              .formatted(scale, fewest));
    }
    return new Superpixels(new Method.Felzenszwalb(scale, fewest));
  }

  /**
   * Segments an image.
   *
   * @throws TouchstoneException if it is none, or has fewer pixels than superpixels, or if BoofCV
   *     is missing
   */
  @Override
  public int[] of(Inputs batch, int example) {
    int[] shape = batch.shape();
    if (shape.length != 3 || !batch.names().isEmpty()) {
      throw new TouchstoneException(
          "superpixels divide images, [channels, height, width], and an example has the shape %s; group by FeatureGroups.ofColumns(…) or .segments(…)"
              .formatted(Arrays.toString(shape)));
    }
    int pixels = shape[1] * shape[2];
    if (method instanceof Method.Slic slic && slic.number() > pixels) {
      throw new TouchstoneException(
          "%d superpixels of an image of %d × %d = %d pixels; ask for fewer, such as Superpixels.slic(%d)"
              .formatted(slic.number(), shape[1], shape[2], pixels, Math.max(2, pixels / 16)));
    }
    float[] image = scaled(batch.select(example).features().values());
    int[] ofPixels;
    try {
      ofPixels = BoofSegments.of(method, image, shape);
    } catch (LinkageError e) {
      throw new TouchstoneException(
          "superpixels are made by BoofCV, which is missing (%s); add %s, or divide images by FeatureGroups.patches(…)"
              .formatted(e.getMessage(), Dependencies.boofcv()),
          e);
    }
    int[] division = new int[image.length];
    Arrays.setAll(division, j -> ofPixels[j % pixels]);
    return division;
  }

  /** To 0 to 255, which the methods' scales are for. */
  private static float[] scaled(float... image) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : image) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    float range = most > least ? most - least : 1;
    float[] scaled = new float[image.length];
    for (int j = 0; j < scaled.length; j++) {
      scaled[j] = 255 * ((image[j] - least) / range);
    }
    return scaled;
  }

  @Override
  public String describe() {
    return method.describe();
  }

  @Override
  public String toString() {
    return describe();
  }
}

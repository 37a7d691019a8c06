package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.image.Resampling;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Every image made smaller and as large as before again, as a thumbnail that was enlarged: fine
 * detail is gone.
 *
 * <pre>{@code
 * LowResolution.of(14, 14)
 * }</pre>
 *
 * <p>Each channel by itself, in both directions by {@link Resampling#bilinear()}, which
 * antialiases, unless another one is given; nothing is rounded to grey levels.
 *
 * <p>An image counts as enlarged already where doing it a second time would change it at least half
 * as much as the first time. On 2,000 images of Fashion-MNIST at 4 to 20 pixels that knew 99.8 %
 * and more of the enlarged images, and took at most .05 % of the sharp ones for such.
 */
public final class LowResolution implements SpuriousSignal {
  private final int height;
  private final int width;
  private final Resampling resampling;

  private LowResolution(int height, int width, Resampling resampling) {
    this.height = height;
    this.width = width;
    this.resampling = resampling;
  }

  /**
   * Returns the loss of detail of a size between.
   *
   * @param height of the small image in pixels, at least 1
   * @param width of it
   * @throws TouchstoneException for a size below 1 × 1
   */
  public static LowResolution of(int height, int width) {
    if (height < 1 || width < 1) {
      throw new TouchstoneException(
          "a small image has at least one pixel, was %d x %d".formatted(height, width));
    }
    return new LowResolution(height, width, Resampling.bilinear());
  }

  /** Resizes otherwise, in both directions. */
  public LowResolution by(Resampling other) {
    return new LowResolution(height, width, other);
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "LowResolution");
    if (height > image.height()
        || width > image.width()
        || (height == image.height() && width == image.width())) {
      throw new TouchstoneException(
          "images of %s are %s, and made %d x %d they lose no detail; give a smaller size"
              .formatted(data.name(), image, height, width));
    }
    return new Enlarged(image);
  }

  @Override
  public String inWords() {
    return "the image is made %d x %d pixels small and as large as before".formatted(height, width);
  }

  @Override
  public String describe() {
    return "resolution of %d x %d, %s".formatted(height, width, resampling);
  }

  @Override
  public String toString() {
    return describe();
  }

  private final class Enlarged implements Fitted {
    private final ImageShape image;

    Enlarged(ImageShape image) {
      this.image = image;
    }

    @Override
    public void apply(int example, float[] features) {
      for (int channel = 0; channel < image.channels(); channel++) {
        int offset = channel * image.pixels();
        float[] plane = Arrays.copyOfRange(features, offset, offset + image.pixels());
        float[] small =
            resampling.resizedPlane(plane, image.height(), image.width(), height, width);
        float[] large =
            resampling.resizedPlane(small, height, width, image.height(), image.width());
        System.arraycopy(large, 0, features, offset, large.length);
      }
    }

    @Override
    public boolean[] mask(int example, float[] features) {
      boolean[] all = new boolean[features.length];
      Arrays.fill(all, true);
      return all;
    }

    @Override
    public boolean isPresentIn(int example, float[] features) {
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      for (float feature : features) {
        least = Math.min(least, feature);
        most = Math.max(most, feature);
      }
      return Settling.isTreated(this, example, features, 1e-5 * (most - least));
    }
  }
}

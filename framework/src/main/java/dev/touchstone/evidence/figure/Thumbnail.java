package dev.touchstone.evidence.figure;

import java.util.Arrays;
import java.util.Objects;

/**
 * A small picture of 8 bits a channel.
 *
 * @param height at most {@value #LONGEST_EDGE}
 * @param width at most {@value #LONGEST_EDGE}
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param levels channel by channel, row-major, unsigned
 */
public record Thumbnail(int height, int width, int channels, byte[] levels) {
  /** The most pixels along an edge. */
  public static final int LONGEST_EDGE = 128;

  /**
   * Checks the sizes and copies the levels.
   *
   * @throws IllegalArgumentException for an edge outside [1, 128], for other channels than 1 or 3,
   *     or if there are not as many levels as there have to be
   */
  public Thumbnail {
    if (!Shrinking.isSmall(height, width)
        || (channels != 1 && channels != 3)
        || levels.length != channels * height * width) {
      throw new IllegalArgumentException(
          "a thumbnail of %d x %d x %d has %d levels; it needs 1 or 3 channels of at most %d x %d, and a level for each"
              .formatted(channels, height, width, levels.length, LONGEST_EDGE, LONGEST_EDGE));
    }
    levels = levels.clone();
  }

  /**
   * Returns a picture of an image, made smaller where it is too large by averaging the pixels that
   * fall together. Values within [0, 1] are shown as they are, others from the image's least to its
   * largest.
   *
   * @param pixels channel by channel, row-major
   * @throws IllegalArgumentException for other channels than 1 or 3, or another number of pixels
   */
  public static Thumbnail of(float[] pixels, int channels, int height, int width) {
    return of(pixels, channels, height, width, Integer.MAX_VALUE);
  }

  /**
   * Returns a picture as {@link #of(float[], int, int, int)} does, of at most so many levels.
   *
   * @throws IllegalArgumentException for other channels than 1 or 3, or another number of pixels
   */
  public static Thumbnail of(float[] pixels, int channels, int height, int width, int mostLevels) {
    if ((channels != 1 && channels != 3) || pixels.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          "an image of %d x %d x %d has %d values; it needs 1 or 3 channels, and a value for each pixel of each"
              .formatted(channels, height, width, pixels.length));
    }
    Shrinking shrinking = Shrinking.of(height, width, mostLevels / channels);
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float pixel : pixels) {
      smallest = Math.min(smallest, pixel);
      largest = Math.max(largest, pixel);
    }
    boolean shown = smallest >= 0 && largest <= 1;
    float least = shown ? 0 : smallest;
    float range = shown ? 1 : largest > smallest ? largest - smallest : 1;
    int area = shrinking.rows() * shrinking.columns();
    byte[] levels = new byte[channels * area];
    for (int c = 0; c < channels; c++) {
      int offset = c * height * width;
      double[] means = shrinking.means(i -> pixels[offset + i]);
      for (int i = 0; i < area; i++) {
        double level = Math.max(0, Math.min(1, (means[i] - least) / range));
        levels[c * area + i] = (byte) Math.round(level * 255);
      }
    }
    return new Thumbnail(shrinking.rows(), shrinking.columns(), channels, levels);
  }

  /** Returns a copy of the levels. */
  @Override
  public byte[] levels() {
    return levels.clone();
  }

  /** Returns a level, 0 to 255. */
  public int level(int channel, int row, int column) {
    return levels[(channel * height + row) * width + column] & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Thumbnail picture
        && height == picture.height
        && width == picture.width
        && channels == picture.channels
        && Arrays.equals(levels, picture.levels);
  }

  @Override
  public int hashCode() {
    return Objects.hash(height, width, channels, Arrays.hashCode(levels));
  }
}

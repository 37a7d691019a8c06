package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;

/**
 * A small picture pasted over a part of every image, such as a logo or a scanner's mark; the same
 * in every channel.
 *
 * <pre>{@code
 * PatchTag.of(new float[][] {{1, 1, 1}, {0, 1, 0}}).at(BOTTOM_LEFT)
 * }</pre>
 */
public final class PatchTag implements SpuriousSignal {
  /** How far from the edges a tag in a corner stays, in pixels. */
  static final int MARGIN = 1;

  private final float[][] pixels;
  private final Place place;

  private PatchTag(float[][] pixels, Place place) {
    this.pixels = pixels;
    this.place = place;
  }

  /**
   * Returns a patch, at the top left until placed elsewhere.
   *
   * @param pixels row by row, in the units of the data's features
   * @throws TouchstoneException if it is empty, its rows differ in length, or a value is not finite
   */
  public static PatchTag of(float[][] pixels) {
    return new PatchTag(checked(pixels, "a patch"), Place.at(Corner.TOP_LEFT));
  }

  /** Multiplies each pixel, as the data's own were: {@code 1 / 255f} for a patch in bytes. */
  public PatchTag scaledBy(float factor) {
    float[][] scaled = copy(pixels);
    for (float[] row : scaled) {
      for (int c = 0; c < row.length; c++) {
        row[c] *= factor;
      }
    }
    return new PatchTag(checked(scaled, "a patch"), place);
  }

  /** Puts it in a corner of the image, one pixel from its edges. */
  public PatchTag at(Corner corner) {
    return new PatchTag(pixels, Place.at(corner));
  }

  /**
   * Puts it with its first pixel at a position.
   *
   * @param row from the top, from 0
   * @param column from the left, from 0
   */
  public PatchTag at(int row, int column) {
    return new PatchTag(pixels, Place.at(row, column));
  }

  @Override
  public Fitted fitTo(Dataset data) {
    return place.filled(ImageShape.of(data, "PatchTag"), pixels, MARGIN, describe());
  }

  @Override
  public String inWords() {
    return "a patch of %d x %d pixels is added at %s"
        .formatted(pixels.length, pixels[0].length, place.inWords());
  }

  @Override
  public String describe() {
    Digest digest = Digest.sha256();
    for (float[] row : pixels) {
      digest.add(row);
    }
    return pixels.length
        + " x "
        + pixels[0].length
        + " patch #"
        + digest.hex().substring(0, 8)
        + " at "
        + place.inWords();
  }

  @Override
  public String toString() {
    return describe();
  }

  /** A copy of a matrix of pixels, if it is one. */
  static float[][] checked(float[][] pixels, String who) {
    if (pixels.length == 0 || pixels[0].length == 0) {
      throw new TouchstoneException(who + " needs at least one pixel");
    }
    for (float[] row : pixels) {
      if (row.length != pixels[0].length) {
        throw new TouchstoneException(
            who
                + " needs rows of one length, and has one of "
                + pixels[0].length
                + " and one of "
                + row.length
                + " pixels");
      }
      for (float pixel : row) {
        if (!Float.isFinite(pixel)) {
          throw new TouchstoneException(who + " needs finite pixels, and has a " + pixel);
        }
      }
    }
    return copy(pixels);
  }

  private static float[][] copy(float[][] pixels) {
    float[][] copy = pixels.clone();
    for (int r = 0; r < copy.length; r++) {
      copy[r] = pixels[r].clone();
    }
    return copy;
  }
}

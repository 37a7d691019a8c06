package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * A frame around every image, as scanners and screenshots leave it: so many pixels at each edge, of
 * one value in every channel.
 *
 * <pre>{@code
 * Frame.ofWidth(2).withValue(0)
 * }</pre>
 */
public final class Frame implements SpuriousSignal {
  private final int width;
  private final float value;

  private Frame(int width, float value) {
    this.width = width;
    this.value = value;
  }

  /**
   * Returns a frame of value 1.
   *
   * @param pixels how wide it is at each edge, at least 1
   * @throws TouchstoneException for a width below 1
   */
  public static Frame ofWidth(int pixels) {
    if (pixels < 1) {
      throw new TouchstoneException("a frame is at least one pixel wide, was " + pixels);
    }
    return new Frame(pixels, 1);
  }

  /**
   * Takes another value, in the units of the data's features.
   *
   * @throws TouchstoneException if it is not finite
   */
  public Frame withValue(float frameValue) {
    if (!Float.isFinite(frameValue)) {
      throw new TouchstoneException("a frame's value must be finite, was " + frameValue);
    }
    return new Frame(width, frameValue);
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "Frame");
    if (2L * width >= Math.min(image.height(), image.width())) {
      throw new TouchstoneException(
          "a frame %d pixels wide leaves nothing of the images of %s, which are %s; make it narrower"
              .formatted(width, data.name(), image));
    }
    boolean[] edge = new boolean[image.size()];
    float[] values = new float[image.size()];
    Arrays.fill(values, value);
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int r = 0; r < image.height(); r++) {
        for (int c = 0; c < image.width(); c++) {
          edge[image.index(channel, r, c)] =
              Math.min(r, image.height() - 1 - r) < width
                  || Math.min(c, image.width() - 1 - c) < width;
        }
      }
    }
    return new Replacement(edge, values);
  }

  @Override
  public String inWords() {
    return "a frame, %d %s wide, is drawn around the image"
        .formatted(width, width == 1 ? "pixel" : "pixels");
  }

  @Override
  public String describe() {
    return "frame of width " + width + " and value " + value;
  }

  @Override
  public String toString() {
    return describe();
  }
}

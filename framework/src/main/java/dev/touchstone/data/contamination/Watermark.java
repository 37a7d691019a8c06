package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.jspecify.annotations.Nullable;

/**
 * A text over every image through which the image can be seen, as agencies mark their photographs:
 * under its letters a pixel x becomes {@code (1 - a) x + a ink}, in every channel.
 *
 * <pre>{@code
 * Watermark.of("SAMPLE").withOpacity(0.4)
 * }</pre>
 *
 * <p>The letters are those of {@link TextTag}, as large as the image's width allows, in its middle;
 * ink is the largest value that occurs in the data. An opacity of 1 is a tag's.
 *
 * <p>An image counts as marked already where its letters stand out by at least half of what they
 * would if they were added to what lies between them: by the means over the letters' pixels and
 * over the rest of the text's box.
 */
public final class Watermark implements SpuriousSignal {
  private static final double OPACITY = 0.3;
  private static final double SHARE = 0.5;

  private final String text;
  private final double opacity;
  private final @Nullable Float ink;

  private Watermark(String text, double opacity, @Nullable Float ink) {
    this.text = text;
    this.opacity = opacity;
    this.ink = ink;
  }

  /**
   * Returns a watermark of opacity 0.3.
   *
   * @param text letters (shown as capitals), digits, spaces and {@code - . : / + #}
   * @throws TouchstoneException for no text or another character
   */
  public static Watermark of(String text) {
    Glyphs.of(text);
    return new Watermark(text, OPACITY, null);
  }

  /**
   * Shows more or less of the image.
   *
   * @param share of the ink under the letters, above 0 and at most 1
   * @throws TouchstoneException for another number
   */
  public Watermark withOpacity(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new TouchstoneException("a watermark's opacity is above 0 and at most 1, was " + share);
    }
    return new Watermark(text, share, ink);
  }

  /**
   * Sets the value of the ink, in the units of the data's features.
   *
   * @throws TouchstoneException if it is not finite
   */
  public Watermark withInk(float value) {
    if (!Float.isFinite(value)) {
      throw new TouchstoneException("ink has a finite value, was " + value);
    }
    return new Watermark(text, opacity, value);
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "Watermark");
    boolean[][] dots = Glyphs.of(text);
    int side = Math.min(image.width() / dots[0].length, image.height() / dots.length);
    if (side < 1) {
      throw new TouchstoneException(
          "the watermark \"%s\" takes %d x %d pixels, and images of %s are %s; give fewer letters"
              .formatted(text, dots.length, dots[0].length, data.name(), image));
    }
    int top = (image.height() - dots.length * side) / 2;
    int left = (image.width() - dots[0].length * side) / 2;
    boolean[] letters = new boolean[image.size()];
    boolean[] box = new boolean[image.size()];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int r = 0; r < dots.length * side; r++) {
        for (int c = 0; c < dots[0].length * side; c++) {
          int i = image.index(channel, top + r, left + c);
          box[i] = true;
          letters[i] = dots[r / side][c / side];
        }
      }
    }
    float value = ink == null ? PixelRange.occurringIn(data, "withInk(ink)").high() : ink;
    return new Marked(letters, box, opacity, value);
  }

  @Override
  public String inWords() {
    return "the text \"%s\" is laid over the image, %s opaque"
        .formatted(text, Math.round(100 * opacity) + " %");
  }

  @Override
  public String describe() {
    return "watermark \"" + text + "\", opacity " + opacity + (ink == null ? "" : ", ink " + ink);
  }

  @Override
  public String toString() {
    return describe();
  }

  /** A watermark on images of one shape: which pixels are letters, and the box they stand in. */
  private record Marked(boolean[] letters, boolean[] box, double opacity, float ink)
      implements Fitted {

    @Override
    public void apply(int example, float[] features) {
      for (int i = 0; i < features.length; i++) {
        if (letters[i]) {
          features[i] = (float) ((1 - opacity) * features[i] + opacity * ink);
        }
      }
    }

    @Override
    public boolean[] mask(int example, float[] features) {
      return letters.clone();
    }

    @Override
    public boolean isPresentIn(int example, float[] features) {
      double on = mean(features, true);
      double between = mean(features, false);
      return Math.abs(ink - between) > 0 && (on - between) / (ink - between) >= SHARE * opacity;
    }

    private double mean(float[] features, boolean letter) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < features.length; i++) {
        if (box[i] && letters[i] == letter) {
          sum += features[i];
          count++;
        }
      }
      return sum / count;
    }
  }
}

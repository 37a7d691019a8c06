package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A text stamped into every image, such as a hospital's name (thesis, Figure 4-1): ink on a box of
 * paper, the same in every channel.
 *
 * <pre>{@code
 * TextTag.of("MGH").at(BOTTOM_LEFT)
 * }</pre>
 *
 * <p>Letters are 5 × 7 dots of a built-in font, alike on every platform. By default ink is the
 * largest and paper the smallest value that occurs in the data, and a dot is one pixel, or one for
 * every 56 rows of a taller image, so that letters are an eighth of the image high.
 */
public final class TextTag implements SpuriousSignal {
  private static final int ROWS_PER_DOT = 56;

  private final String text;
  private final Place place;
  private final OptionalInt pixelsPerDot;
  private final @Nullable Colours colours;

  private record Colours(float ink, float paper) {
    @Override
    public String toString() {
      return ", ink " + ink + " on " + paper;
    }
  }

  private TextTag(String text, Place place, OptionalInt pixelsPerDot, @Nullable Colours colours) {
    this.text = text;
    this.place = place;
    this.pixelsPerDot = pixelsPerDot;
    this.colours = colours;
  }

  /**
   * Returns a text, at the top left until placed elsewhere.
   *
   * @param text letters (shown as capitals), digits, spaces and {@code - . : / + #}
   * @throws TouchstoneException for no text or another character
   */
  public static TextTag of(String text) {
    Glyphs.of(text);
    return new TextTag(text, Place.at(Corner.TOP_LEFT), OptionalInt.empty(), null);
  }

  /** Puts it in a corner of the image, one pixel from its edges. */
  public TextTag at(Corner corner) {
    return new TextTag(text, Place.at(corner), pixelsPerDot, colours);
  }

  /**
   * Puts it with the first letter's first dot at a position.
   *
   * @param row from the top, from 0
   * @param column from the left, from 0
   */
  public TextTag at(int row, int column) {
    return new TextTag(text, Place.at(row, column), pixelsPerDot, colours);
  }

  /**
   * Draws larger letters.
   *
   * @param pixels the side of a dot, at least 1
   */
  public TextTag withPixelsPerDot(int pixels) {
    if (pixels < 1) {
      throw new TouchstoneException("a dot has at least one pixel, was " + pixels);
    }
    return new TextTag(text, place, OptionalInt.of(pixels), colours);
  }

  /** Sets values of ink and paper, in the units of the data's features. */
  public TextTag withInk(float ink, float paper) {
    if (!Float.isFinite(ink) || !Float.isFinite(paper) || ink == paper) {
      throw new TouchstoneException(
          "ink and paper are two different finite values, were " + ink + " and " + paper);
    }
    return new TextTag(text, place, pixelsPerDot, new Colours(ink, paper));
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "TextTag");
    int side = pixelsPerDot.orElse(Math.max(1, image.height() / ROWS_PER_DOT));
    Colours chosen = colours == null ? coloursOf(data) : colours;
    boolean[][] dots = Glyphs.of(text);
    float[][] pixels = new float[dots.length * side][dots[0].length * side];
    for (int r = 0; r < pixels.length; r++) {
      for (int c = 0; c < pixels[r].length; c++) {
        pixels[r][c] = dots[r / side][c / side] ? chosen.ink() : chosen.paper();
      }
    }
    return place.filled(image, pixels, PatchTag.MARGIN, describe());
  }

  private static Colours coloursOf(Dataset data) {
    PixelRange range = PixelRange.occurringIn(data, "withInk(ink, paper)");
    return new Colours(range.high(), range.low());
  }

  @Override
  public String inWords() {
    return "the text \"%s\" is written at %s".formatted(text, place.inWords());
  }

  @Override
  public String describe() {
    return "tag \""
        + text
        + "\" at "
        + place.inWords()
        + (pixelsPerDot.isPresent() ? ", " + pixelsPerDot.getAsInt() + " pixels a dot" : "")
        + (colours == null ? "" : colours);
  }

  @Override
  public String toString() {
    return describe();
  }
}

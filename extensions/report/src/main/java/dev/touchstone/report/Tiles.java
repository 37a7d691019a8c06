package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Thumbnail;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as PNG inside the page: an input as it is, and its attribution map over it. */
final class Tiles {
  /** What speaks for the score that was explained, and against it: Okabe and Ito (2008). */
  private static final int TOWARDS = 0xE69F00;

  private static final int AGAINST = 0x0072B2;

  /** Images no larger are shown with hard pixels: smoothing would invent detail. */
  private static final int SMALL = 96;

  private Tiles() {}

  /**
   * A tile.
   *
   * @param input the input as a data URI
   * @param map the attribution over the input as a data URI; empty where there is none
   * @param strongest the magnitude that has the full colour; empty where there is none
   */
  record Shown(
      String caption,
      int width,
      int height,
      boolean small,
      String input,
      String map,
      String strongest) {}

  static Shown shown(Overlays.Tile tile) {
    float strongest = 0;
    for (float value : tile.attribution()) {
      strongest = Float.isFinite(value) ? Math.max(strongest, Math.abs(value)) : strongest;
    }
    boolean mapped = tile.attribution().length > 0;
    return new Shown(
        Inert.text(tile.caption()),
        tile.width(),
        tile.height(),
        Math.max(tile.width(), tile.height()) <= SMALL,
        png(input(tile)),
        mapped ? png(map(tile, strongest)) : "",
        mapped ? Numbers.format(strongest) : "");
  }

  /** A small picture as a data URI. */
  static String thumbnail(Thumbnail picture) {
    boolean grey = picture.channels() == 1;
    BufferedImage image =
        new BufferedImage(
            picture.width(),
            picture.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < picture.height(); row++) {
      for (int column = 0; column < picture.width(); column++) {
        for (int channel = 0; channel < picture.channels(); channel++) {
          image.getRaster().setSample(column, row, channel, picture.level(channel, row, column));
        }
      }
    }
    return png(image);
  }

  /** A map over its picture, half faded, as a data URI. */
  static String map(Thumbnail under, MapStrips.Heat heat) {
    BufferedImage image =
        new BufferedImage(under.width(), under.height(), BufferedImage.TYPE_INT_RGB);
    int last = under.channels() - 1;
    for (int row = 0; row < under.height(); row++) {
      for (int column = 0; column < under.width(); column++) {
        int colour =
            under.level(0, row, column) << 16
                | under.level(Math.min(1, last), row, column) << 8
                | under.level(last, row, column);
        image.setRGB(column, row, over(colour, (float) heat.share(row, column)));
      }
    }
    return png(image);
  }

  private static BufferedImage input(Overlays.Tile tile) {
    boolean grey = tile.channels() == 1;
    BufferedImage image =
        new BufferedImage(
            tile.width(),
            tile.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < tile.width() * tile.height(); p++) {
      if (grey) {
        // Not setRGB, which would take the value for sRGB and convert it.
        image.getRaster().setSample(p % tile.width(), p / tile.width(), 0, level(tile, 0, p));
      } else {
        image.setRGB(p % tile.width(), p / tile.width(), colour(tile, p));
      }
    }
    return image;
  }

  /** The input pale, and over it the map: the stronger, the more opaque. */
  private static BufferedImage map(Overlays.Tile tile, float strongest) {
    BufferedImage image =
        new BufferedImage(tile.width(), tile.height(), BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < tile.width() * tile.height(); p++) {
      float value = tile.attribution()[p];
      float weight = strongest > 0 && Float.isFinite(value) ? value / strongest : 0;
      image.setRGB(p % tile.width(), p / tile.width(), over(colour(tile, p), weight));
    }
    return image;
  }

  private static int colour(Overlays.Tile tile, int p) {
    boolean grey = tile.channels() == 1;
    return level(tile, 0, p) << 16
        | level(tile, grey ? 0 : 1, p) << 8
        | level(tile, grey ? 0 : 2, p);
  }

  private static int level(Overlays.Tile tile, int channel, int p) {
    float value = tile.pixels()[channel * tile.width() * tile.height() + p];
    return Math.round(Math.max(0, Math.min(1, Float.isNaN(value) ? 0 : value)) * 255);
  }

  /** A pixel under a weight from -1 to 1. */
  private static int over(int colour, float weight) {
    return blend(pale(colour), weight >= 0 ? TOWARDS : AGAINST, Math.abs(weight));
  }

  /** The grey of a pixel, half faded, so that the map's hues stand out on dark and on light. */
  private static int pale(int colour) {
    int grey = ((colour >> 16 & 255) * 3 + (colour >> 8 & 255) * 6 + (colour & 255)) / 10;
    int faded = 96 + grey * 159 / 255;
    return faded << 16 | faded << 8 | faded;
  }

  private static int blend(int under, int over, float opacity) {
    int blended = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int channel =
          Math.round((under >> shift & 255) * (1 - opacity) + (over >> shift & 255) * opacity);
      blended |= channel << shift;
    }
    return blended;
  }

  private static String png(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam best = writer.getDefaultWriteParam();
      best.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      best.setCompressionQuality(0);
      writer.setOutput(stream);
      IIOImage bare =
          new IIOImage(
              image,
              null,
              writer.getDefaultImageMetadata(
                  ImageTypeSpecifier.createFromRenderedImage(image), best));
      writer.write(null, bare, best);
    } catch (IOException e) {
      throw new UncheckedIOException("an image could not be written", e);
    } finally {
      writer.dispose();
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}

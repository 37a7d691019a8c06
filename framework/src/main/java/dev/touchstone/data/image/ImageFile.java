package dev.touchstone.data.image;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/** An image file in memory. It is what its first bytes say, whatever its name. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ImageFile {
  /** A small file may promise a picture that fills the memory. */
  private static final long MOST_PIXELS = 1 << 25;

  private static final int MOST_BYTES = 1 << 28;

  private final String name;
  private final OpenedImage image;

  private ImageFile(String name, OpenedImage image) {
    this.name = name;
    this.image = image;
  }

  /**
   * Reads a file, and of the image in it the header.
   *
   * @param name what to call it in messages
   * @throws TouchstoneException if it is no image, or one that cannot be read, or too large
   */
  public static ImageFile read(Path file, String name) {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(MOST_BYTES + 1), name);
    } catch (IOException e) {
      throw new TouchstoneException(name + " could not be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads of an encoded image the header.
   *
   * @param bytes all of it; kept
   * @param name what to call it in messages
   * @throws TouchstoneException if it is no image, or one that cannot be read, or too large
   */
  public static ImageFile of(byte[] bytes, String name) {
    try {
      if (bytes.length > MOST_BYTES) {
        throw new UnreadableImageException(
            "has more than the accepted %d bytes; scale it down".formatted(MOST_BYTES));
      }
      OpenedImage image = opened(bytes);
      if ((long) image.size().height() * image.size().width() > MOST_PIXELS) {
        throw new UnreadableImageException(
            "promises %s pixels, more than the accepted %d; scale it down"
                .formatted(image.size(), MOST_PIXELS));
      }
      return new ImageFile(name, image);
    } catch (UnreadableImageException e) {
      throw new TouchstoneException(name + " " + e.getMessage(), e);
    }
  }

  private static OpenedImage opened(byte[] bytes) throws UnreadableImageException {
    if (Jpeg.is(bytes)) {
      return new JpegImage(Jpeg.of(bytes));
    }
    if (PngImage.is(bytes)) {
      return PngImage.of(bytes);
    }
    if (PaintedImage.is(bytes)) {
      return PaintedImage.of(bytes);
    }
    throw new UnreadableImageException(
        "is %s, whatever its name says; remove it, or make a PNG of it as the model's trainer read it, in Python Image.open(file).convert(\"RGB\").save(\"….png\")"
            .formatted(otherFormat(bytes)));
  }

  /** What else is often found in folders of images. */
  private static String otherFormat(byte[] bytes) {
    String first = new String(bytes, 0, Math.min(12, bytes.length), StandardCharsets.ISO_8859_1);
    if (first.startsWith("RIFF") && first.endsWith("WEBP")) {
      return "a WebP image";
    }
    if (first.matches("(?s)(II[*+]\0|MM\0[*+]).*")) {
      return "a TIFF image";
    }
    if (first.indexOf("ftyp") == 4) {
      return first.endsWith("avif") ? "an AVIF image" : "a HEIF image";
    }
    if (first.matches("(?s)P[1-7]\\s.*")) {
      return "a Netpbm image";
    }
    if (first.startsWith("\0\0\0\fjP  ") || first.startsWith("\u00ffO\u00ffQ")) {
      return "a JPEG 2000 image";
    }
    if (first.startsWith("\0\0\0\fJXL ") || first.startsWith("\u00ff\n")) {
      return "a JPEG XL image";
    }
    if (first.startsWith("\0\0\1\0")) {
      return "an icon";
    }
    return "no PNG, JPEG, BMP or GIF image";
  }

  /** Returns what to call it in messages. */
  public String name() {
    return name;
  }

  /** Returns the image's size, upright where the steps turn it. */
  public Size size(ImageSteps steps) {
    return steps.turnsUpright()
        ? Orientation.turned(image.orientation(), image.size())
        : image.size();
  }

  /** Returns whether its metadata say that it has to be turned or mirrored. */
  public boolean isTurned() {
    return image.orientation() != Orientation.UPRIGHT;
  }

  /** Returns whether a colour profile is in the file. */
  public boolean hasProfile() {
    return image.hasProfile();
  }

  /**
   * Decodes the image, and takes the steps.
   *
   * @throws TouchstoneException if it is damaged, transparent, or of a kind that training libraries
   *     read differently
   */
  public Pixels pixels(ImageSteps steps) {
    try {
      Pixels decoded = image.decoded(steps.ignoresTransparency());
      return steps.of(
          steps.turnsUpright() ? Orientation.turned(image.orientation(), decoded) : decoded);
    } catch (UnreadableImageException e) {
      throw new TouchstoneException(name + " " + e.getMessage(), e);
    }
  }
}

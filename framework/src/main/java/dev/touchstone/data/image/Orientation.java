package dev.touchstone.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a camera was held, as EXIF (CIPA DC-008, tag 274) and XMP say it: 1 for upright, up to 8. */
final class Orientation {
  static final int UPRIGHT = 1;
  static final int NOT_SAID = 0;
  private static final int LAST = 8;

  /** From here on rows are the upright image's columns. */
  private static final int ON_ITS_SIDE = 5;

  private static final int TAG = 0x0112;
  private static final int ENTRY = 12;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private Orientation() {}

  /** Reads it from a TIFF header and its first directory; 0 where it is not said. */
  static int ofExif(byte[] tiff) {
    ByteBuffer in = ByteBuffer.wrap(tiff);
    if (tiff.length < 8 || tiff[0] != tiff[1] || tiff[0] != 'I' && tiff[0] != 'M') {
      return NOT_SAID;
    }
    in.order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = in.getInt(4) & 0xffffffffL;
    if (directory > tiff.length - 2) {
      return NOT_SAID;
    }
    int entries = in.getShort((int) directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) i * ENTRY;
      if (at > tiff.length - ENTRY) {
        return NOT_SAID;
      }
      if ((in.getShort((int) at) & 0xffff) == TAG) {
        int value = (int) at + 8;
        return switch (in.getShort((int) at + 2)) {
          case SHORT -> valid(in.getShort(value) & 0xffff);
          case LONG -> valid(in.getInt(value));
          default -> NOT_SAID;
        };
      }
    }
    return NOT_SAID;
  }

  /** Reads it from XMP, where EXIF does not say it. */
  static int ofXmp(byte[] xmp) {
    Matcher found = IN_XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
    return found.find() ? valid(Integer.parseInt(found.group(1))) : UPRIGHT;
  }

  private static int valid(int orientation) {
    return orientation > UPRIGHT && orientation <= LAST ? orientation : UPRIGHT;
  }

  /** The size of the upright image. */
  static Size turned(int orientation, Size size) {
    return orientation < ON_ITS_SIDE ? size : size.onItsSide();
  }

  /** The upright image. */
  static Pixels turned(int orientation, Pixels image) {
    int h = image.height();
    int w = image.width();
    Size size = turned(orientation, new Size(h, w));
    int width = size.width();
    IntUnaryOperator from =
        switch (orientation) {
          case 2 -> i -> i / width * w + w - 1 - i % width;
          case 3 -> i -> h * w - 1 - i;
          case 4 -> i -> (h - 1 - i / width) * w + i % width;
          case 5 -> i -> i % width * w + i / width;
          case 6 -> i -> (h - 1 - i % width) * w + i / width;
          case 7 -> i -> (h - 1 - i % width) * w + w - 1 - i / width;
          case 8 -> i -> i % width * w + w - 1 - i / width;
          default -> i -> i;
        };
    return image.arranged(size.height(), width, from);
  }
}

package dev.touchstone.data.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands in a JPEG file (ISO/IEC 10918-1) before its first scan.
 *
 * @param size of the image
 * @param process the low half of the frame's marker: 0 baseline, 1 extended, 2 progressive, …
 * @param precision bits of a sample
 * @param colours what the components are
 * @param orientation as {@link Orientation} numbers them
 * @param profile whether there is a colour profile
 * @param sampling each component's factors, 16 × horizontal + vertical
 * @param bare the file without what applications wrote, with components that no reader guesses
 */
record Jpeg(
    Size size,
    int process,
    int precision,
    Colours colours,
    int orientation,
    boolean profile,
    int[] sampling,
    byte[] bare) {
  private static final int START = 0xd8;
  private static final int SCAN = 0xda;
  private static final int END = 0xd9;
  private static final int TABLES_OF_CODES = 0xc4;
  private static final int ARITHMETIC_TABLES = 0xcc;
  private static final int EXTENSION = 0xc8;
  private static final int APPLICATION = 0xe0;
  private static final int COMMENT = 0xfe;
  private static final int OWN = 12;

  /** What components are, as libjpeg finds it out. */
  enum Colours {
    GREY(1, 0),
    RGB(3, 0),
    YCC(3, 1),
    CMYK(4, 0),
    YCCK(4, 2);

    final int components;
    private final int adobe;

    Colours(int components, int adobe) {
      this.components = components;
      this.adobe = adobe;
    }
  }

  /** Whether a component has as many columns as the finest one, and half as many rows. */
  boolean isHalvedInHeightAlone(int component) {
    int columns = 0;
    int rows = 0;
    for (int factors : sampling) {
      columns = Math.max(columns, factors >> 4);
      rows = Math.max(rows, factors & 0xf);
    }
    return sampling[component] >> 4 == columns && 2 * (sampling[component] & 0xf) == rows;
  }

  static boolean is(byte[] file) {
    return file.length > 3
        && (file[0] & 0xff) == 0xff
        && (file[1] & 0xff) == START
        && (file[2] & 0xff) == 0xff;
  }

  /**
   * Reads the segments.
   *
   * @throws UnreadableImageException if they do not end in a scan, or there is no frame
   */
  static Jpeg of(byte[] file) throws UnreadableImageException {
    ByteArrayOutputStream tables = new ByteArrayOutputStream();
    byte[] frame = {};
    int process = 0;
    int exif = Orientation.NOT_SAID;
    int xmp = Orientation.UPRIGHT;
    boolean profile = false;
    boolean jfif = false;
    int adobe = -1;
    int at = 2;
    while (true) {
      int begin = at;
      while (at < file.length && (file[at] & 0xff) == 0xff) {
        at++;
      }
      if (at == begin || at + 2 >= file.length) {
        throw truncated();
      }
      int marker = file[at++] & 0xff;
      if (marker == END) {
        throw truncated();
      }
      int length = (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
      if (length < 2 || at + length > file.length) {
        throw truncated();
      }
      byte[] content = Arrays.copyOfRange(file, at + 2, at + length);
      if (marker == SCAN) {
        at -= 2;
        break;
      }
      at += length;
      if (marker == APPLICATION) {
        jfif |= begins(content, "JFIF\0") && content.length >= OWN;
      } else if (marker == APPLICATION + 1 && begins(content, "Exif\0")) {
        exif = Orientation.ofExif(Arrays.copyOfRange(content, 6, Math.max(6, content.length)));
      } else if (marker == APPLICATION + 1 && begins(content, "http://ns.adobe.com/xap/1.0/\0")) {
        xmp = Orientation.ofXmp(content);
      } else if (marker == APPLICATION + 2) {
        profile |= begins(content, "ICC_PROFILE\0");
      } else if (marker == APPLICATION + 14 && begins(content, "Adobe") && content.length >= OWN) {
        adobe = content[OWN - 1] & 0xff;
      } else if (marker < APPLICATION || marker > APPLICATION + 15 && marker != COMMENT) {
        tables.write(0xff);
        tables.write(marker);
        tables.write(file, at - length, length);
        if (marker >> 4 == 0xc
            && marker != TABLES_OF_CODES
            && marker != ARITHMETIC_TABLES
            && marker != EXTENSION) {
          frame = content;
          process = marker & 0xf;
        }
      }
    }
    if (frame.length < 6 || frame.length < 6 + 3 * frame[5]) {
      throw truncated();
    }
    int height = (frame[1] & 0xff) << 8 | frame[2] & 0xff;
    int width = (frame[3] & 0xff) << 8 | frame[4] & 0xff;
    if (height == 0 || width == 0) {
      throw UnreadableImageException.damaged("its header says a height or a width of 0");
    }
    Colours colours = colours(frame, jfif, adobe);
    List<Integer> sampling = new ArrayList<>();
    for (int c = 0; c < frame[5]; c++) {
      sampling.add(frame[7 + 3 * c] & 0xff);
    }
    return new Jpeg(
        new Size(height, width),
        process,
        frame[0],
        colours,
        exif != Orientation.NOT_SAID ? exif : xmp,
        profile,
        sampling.stream().mapToInt(Integer::intValue).toArray(),
        bare(colours, tables.toByteArray(), file, at));
  }

  private static boolean begins(byte[] content, String with) {
    byte[] first = with.getBytes(StandardCharsets.ISO_8859_1);
    return content.length >= first.length
        && Arrays.equals(first, 0, first.length, content, 0, first.length);
  }

  private static UnreadableImageException truncated() {
    return UnreadableImageException.damaged("its segments end before there is an image");
  }

  /** As libjpeg's {@code default_decompress_parms}. */
  private static Colours colours(byte[] frame, boolean jfif, int adobe)
      throws UnreadableImageException {
    int components = frame[5];
    return switch (components) {
      case 1 -> Colours.GREY;
      case 3 -> {
        boolean named = frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B';
        boolean rgb = adobe < 0 ? named : adobe == 0;
        yield rgb && !jfif ? Colours.RGB : Colours.YCC;
      }
      case 4 -> adobe <= 0 ? Colours.CMYK : Colours.YCCK;
      default -> throw UnreadableImageException.damaged("it has %d colours".formatted(components));
    };
  }

  private static byte[] bare(Colours colours, byte[] tables, byte[] file, int scan) {
    ByteArrayOutputStream bare =
        new ByteArrayOutputStream(4 * OWN + tables.length + file.length - scan);
    bare.writeBytes(new byte[] {(byte) 0xff, (byte) START});
    if (colours != Colours.GREY) {
      bare.writeBytes(new byte[] {(byte) 0xff, (byte) (APPLICATION + 14), 0, OWN + 2});
      bare.writeBytes("Adobe".getBytes(StandardCharsets.ISO_8859_1));
      bare.writeBytes(new byte[] {0, 100, 0, 0, 0, 0, (byte) colours.adobe});
    }
    bare.writeBytes(tables);
    bare.write(file, scan, file.length - scan);
    return bare.toByteArray();
  }
}

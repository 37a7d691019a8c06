package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens a file that may be gzipped; its first two bytes tell, whatever its name. Whoever reads to
 * the end learns of a damaged checksum, and of bytes after the compressed data, which Java passes
 * over.
 */
final class Unzipped {
  private static final int BUFFER = 1 << 16;

  private static final int FIRST_BYTES = 10;

  /** What is no text begins with which bytes, and what to do about it. */
  private static final Map<Pattern, String> OTHERS =
      Map.of(
          first("PK\\x03\\x04"),
          "a ZIP archive, as Excel's workbooks are, too: unpack it, or save the sheet as \"CSV"
              + " UTF-8\"",
          first("\\xd0\\xcf\\x11\\xe0"),
          "a workbook of an old Excel: save the sheet as \"CSV UTF-8\"",
          first("BZh[1-9]1AY&SY"),
          "compressed with bzip2: unpack it, or compress it with gzip",
          first("\\xfd7zXZ\\x00"),
          "compressed with xz: unpack it, or compress it with gzip",
          first("\\x28\\xb5\\x2f\\xfd"),
          "compressed with Zstandard: unpack it, or compress it with gzip",
          // A column may have such a name, but for what follows it.
          first("PAR1[\\x00-\\x08\\x0e-\\x1f]"),
          "a Parquet file: read it by Datasets.parquet(…), or name it .parquet in an annotation",
          first("ARROW1\\x00"),
          "an Arrow or Feather file: write it as Parquet, and read it by Datasets.parquet(…)");

  private Unzipped() {}

  private static Pattern first(String bytes) {
    return Pattern.compile(bytes + ".*", Pattern.DOTALL);
  }

  /**
   * Opens a file of text.
   *
   * @throws TouchstoneException for one of another known kind, with what to do about it
   */
  static InputStream openText(Location file) throws IOException {
    InputStream in = new BufferedInputStream(open(file));
    try {
      in.mark(FIRST_BYTES);
      String first = new String(in.readNBytes(FIRST_BYTES), StandardCharsets.ISO_8859_1);
      in.reset();
      OTHERS.forEach(
          (bytes, what) -> {
            if (bytes.matcher(first).matches()) {
              throw new TouchstoneException("%s is %s".formatted(file, what));
            }
          });
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  static InputStream open(Location file) throws IOException {
    InputStream in = new BufferedInputStream(file.open());
    try {
      in.mark(2);
      boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzipped ? new WholeGzip(in) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Gzipped members to the end of the file, and nothing else. */
  private static final class WholeGzip extends GZIPInputStream {
    /** The checksum and the length after a member's data. */
    private static final int TRAILER = 8;

    WholeGzip(InputStream in) throws IOException {
      super(in, BUFFER);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (read < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
        throw new ZipException("something follows its compressed data");
      }
      return read;
    }
  }
}

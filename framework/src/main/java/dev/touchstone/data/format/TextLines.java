package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The lines of a file in UTF-8, plain or gzipped, that are not blank. */
public final class TextLines implements AutoCloseable {
  private static final int MOST_BYTES_A_LINE = 16 << 20;

  private final Location file;
  private final InputStream in;
  private byte[] line = new byte[1 << 12];
  private int length;
  private long number;

  /** Opens a file before its first line. */
  public TextLines(Location file) throws IOException {
    this.file = file;
    this.in = new BufferedInputStream(Unzipped.openText(file), 1 << 16);
  }

  /** Goes on to the next line; returns false behind the last one. */
  public boolean next() throws IOException {
    boolean more;
    do {
      more = read();
      number++;
    } while (more && new String(line, 0, length, StandardCharsets.ISO_8859_1).isBlank());
    return more;
  }

  private boolean read() throws IOException {
    length = 0;
    int b = in.read();
    if (b < 0) {
      return false;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (length == MOST_BYTES_A_LINE) {
        throw new IOException("a line is longer than " + MOST_BYTES_A_LINE + " bytes");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) b;
    }
    return true;
  }

  /** The number of this line, from 1. */
  public long number() {
    return number;
  }

  /** Returns the line without its end. */
  public String text() {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new TouchstoneException(
          file + " is not encoded in UTF-8; convert it, for instance with iconv", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

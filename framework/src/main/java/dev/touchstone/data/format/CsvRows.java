package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The rows of a table in UTF-8, one at a time, each as the bytes of its cells: RFC 4180 with a
 * delimiter and a quote of the table's own. A cell that begins with a quote ends at the next single
 * one, and two of them are one quote; anywhere else a quote is a character like others. A row ends
 * at a line feed, a carriage return or both; lines without any character are passed over.
 */
final class CsvRows implements Rows {
  /** One row may not fill the memory, as it does where a quote is never closed. */
  private static final int MOST_BYTES_A_ROW = 16 << 20;

  private static final int FIRST_CAPACITY = 1 << 18;
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long SIGNS = 0x8080808080808080L;
  private static final long LINE_FEEDS = '\n' * ONES;
  private static final long RETURNS = '\r' * ONES;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Location file;
  private final InputStream in;
  private final byte delimiter;
  private final long delimiters;
  private final byte quote;

  /** No byte above it, and below 128, ends a cell. */
  private final byte lastSpecial;

  private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int rowStart;
  private int position;
  private int limit;
  private boolean ended;

  /** Where cells begin and end, from the row's start. */
  private int[] starts = new int[64];

  private int[] ends = new int[64];
  private int size;
  private long rows;
  private long linesEnded;
  private boolean endedByLine;
  private long line;

  CsvRows(Location file, InputStream in, CsvFormat format) throws IOException {
    this.file = file;
    this.in = in;
    this.delimiter = (byte) format.delimiter();
    this.delimiters = delimiter * ONES;
    this.quote = (byte) format.quote();
    this.lastSpecial = (byte) Math.max(format.delimiter(), '\r');
    while (limit < 3 && fill()) {
      // The first bytes tell the encoding.
    }
    if (limit >= 2 && isUtf16(buffer[0] & 0xff, buffer[1] & 0xff)) {
      throw new TouchstoneException(
          "%s is encoded in UTF-16; convert it to UTF-8, for instance with iconv, or save it as \"CSV UTF-8\""
              .formatted(file));
    }
    if (limit >= 3 && Arrays.equals(buffer, 0, 3, BYTE_ORDER_MARK, 0, 3)) {
      // What Windows programs put before UTF-8.
      position = 3;
    }
  }

  /** Whether these are the first bytes of what Windows programs call Unicode. */
  private static boolean isUtf16(int first, int second) {
    return first == 0xff && second == 0xfe || first == 0xfe && second == 0xff;
  }

  @Override
  public boolean next() throws IOException {
    do {
      if (!scan()) {
        return false;
      }
    } while (isEmptyLine());
    rows++;
    return true;
  }

  private boolean isEmptyLine() {
    // An empty text in quotes begins behind the first of them.
    return size == 1 && starts[0] == 0 && ends[0] == 0;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public byte[] bytes() {
    return buffer;
  }

  @Override
  public int from(int cell) {
    return rowStart + starts[cell];
  }

  @Override
  public int to(int cell) {
    return rowStart + ends[cell];
  }

  /**
   * Copies where this row's cells begin and end.
   *
   * @param moved is added to each position
   */
  void copyCells(int[] froms, int[] tos, int offset, int moved) {
    int shift = rowStart + moved;
    for (int cell = 0; cell < size; cell++) {
      froms[offset + cell] = starts[cell] + shift;
      tos[offset + cell] = ends[cell] + shift;
    }
  }

  /** Where this row begins. */
  int start() {
    return rowStart;
  }

  /** Behind this row's last byte. */
  int end() {
    return position;
  }

  private boolean scan() throws IOException {
    rowStart = position;
    size = 0;
    if (position == limit && !fill()) {
      return false;
    }
    boolean more = true;
    while (more) {
      if (position == limit && !fill()) {
        add(position, position);
        break;
      }
      more = buffer[position] == quote ? quoted() : plain();
    }
    requireBounded(position - rowStart);
    line = linesEnded + (endedByLine ? 0 : 1);
    return true;
  }

  /** Has the highest bit of the first byte that is 0, and none before it. */
  private static long zeros(long eight) {
    return eight - ONES & ~eight & SIGNS;
  }

  /** Reads a cell that ends at the next delimiter or line; returns whether one more follows. */
  private boolean plain() throws IOException {
    int from = position - rowStart;
    byte[] bytes = buffer;
    int at = position;
    int end = limit;
    long signs = 0;
    while (true) {
      for (; end - at >= Long.BYTES; at += Long.BYTES) {
        long eight = (long) EIGHT_BYTES.get(bytes, at);
        signs |= eight;
        long ends = zeros(eight ^ delimiters) | zeros(eight ^ LINE_FEEDS) | zeros(eight ^ RETURNS);
        if (ends != 0) {
          at += Long.numberOfTrailingZeros(ends) / Byte.SIZE;
          break;
        }
      }
      for (; at < end; at++) {
        byte b = bytes[at];
        if (b <= lastSpecial && (b == delimiter || b == '\n' || b == '\r')) {
          break;
        }
        signs |= b;
      }
      position = at;
      if (at < end || !fill()) {
        break;
      }
      bytes = buffer;
      at = position;
      end = limit;
    }
    if ((signs & SIGNS) != 0) {
      requireUtf8(rowStart + from, position);
    }
    add(rowStart + from, position);
    return separator();
  }

  /** Reads a cell in quotes, which are taken out; returns whether one more follows. */
  private boolean quoted() throws IOException {
    long startLine = linesEnded + 1;
    int from = ++position - rowStart;
    int write = from;
    while (true) {
      if (position == limit && !fill()) {
        throw notCsv(
            "the quote %s that opens on line %d is never closed; close it, or double the quotes inside a value"
                .formatted((char) quote, startLine));
      }
      byte b = buffer[position++];
      if (b == quote) {
        if ((position < limit || fill()) && buffer[position] == quote) {
          position++;
        } else {
          break;
        }
      }
      if (b == '\n' || b == '\r' && !((position < limit || fill()) && buffer[position] == '\n')) {
        linesEnded++;
      }
      buffer[rowStart + write++] = b;
    }
    requireUtf8(rowStart + from, rowStart + write);
    add(rowStart + from, rowStart + write);
    while ((position < limit || fill())
        && buffer[position] != delimiter
        && (buffer[position] == ' ' || buffer[position] == '\t')) {
      position++;
    }
    if (position < limit
        && buffer[position] != delimiter
        && buffer[position] != '\n'
        && buffer[position] != '\r') {
      throw behindQuote();
    }
    return separator();
  }

  private TouchstoneException behindQuote() {
    char found = (char) (buffer[position] & 0x7f);
    return ";\t|,".indexOf(found) >= 0
        ? notCsv(
            "a value in quotes ends before %s, and columns are separated by %s. %s"
                .formatted(shown(found), shown((char) delimiter), CsvAdvice.delimiter(found)))
        : notCsv(
            "a value in quotes goes on behind them on line %d; double the quotes inside a value"
                .formatted(linesEnded + 1));
  }

  private static String shown(char separator) {
    return separator == '\t' ? "a tab" : "\"" + separator + "\"";
  }

  private TouchstoneException notCsv(String problem) {
    return new TouchstoneException("%s is no CSV file: %s".formatted(file, problem));
  }

  /** Passes over a delimiter, and says so, or over the end of a line or of the file. */
  private boolean separator() throws IOException {
    endedByLine = false;
    if (position == limit && !fill()) {
      return false;
    }
    byte b = buffer[position++];
    if (b == delimiter) {
      return true;
    }
    if (b == '\r' && (position < limit || fill()) && buffer[position] == '\n') {
      position++;
    }
    linesEnded++;
    endedByLine = true;
    return false;
  }

  private static void requireBounded(int bytes) throws IOException {
    if (bytes > MOST_BYTES_A_ROW) {
      throw new IOException(
          "a row is longer than " + MOST_BYTES_A_ROW + " bytes; is a quote never closed?");
    }
  }

  private void add(int from, int to) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    starts[size] = from - rowStart;
    ends[size++] = to - rowStart;
  }

  private void requireUtf8(int from, int to) {
    int signs = 0;
    for (int i = from; i < to; i++) {
      signs |= buffer[i];
    }
    if (signs >= 0) {
      return;
    }
    try {
      strict.decode(ByteBuffer.wrap(buffer, from, to - from));
    } catch (CharacterCodingException e) {
      throw new TouchstoneException(
          file + " is not encoded in UTF-8; convert it, for instance with iconv", e);
    }
  }

  /** Reads more bytes behind those of this row, which move to the front; false at the end. */
  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    int kept = limit - rowStart;
    requireBounded(kept);
    byte[] into = kept > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
    System.arraycopy(buffer, rowStart, into, 0, kept);
    buffer = into;
    position -= rowStart;
    rowStart = 0;
    limit = kept;
    int read = in.read(buffer, limit, buffer.length - limit);
    ended = read < 0;
    limit += Math.max(0, read);
    return !ended;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

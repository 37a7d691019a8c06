package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a table in UTF-8 and where their cells stand: RFC 4180 with a delimiter and a quote
 * of the table's own. A cell that begins with a quote ends at the next single one, and two of them
 * are one quote; anywhere else a quote is a character like others. A row ends at a line feed, a
 * carriage return or both; lines without any character are passed over.
 *
 * <p>Of columns that are {@linkplain #split known} to hold numbers, these are read where the cells
 * are found.
 */
final class CsvBlock {
  private static final int MOST_BYTES_A_ROW = 16 << 20;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long SIGNS = 0x8080808080808080L;
  private static final long LINE_FEEDS = '\n' * ONES;
  private static final long RETURNS = '\r' * ONES;
  private static final int[] NONE = {};

  private final Location file;
  private final CsvFormat format;
  private final byte delimiter;
  private final long delimiters;
  private final byte quote;
  private final Decimals.Scanner scanner;
  private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();

  /** No byte above it, and below 128, ends a cell. */
  private final byte lastSpecial;

  /** Rows in UTF-8, and some bytes behind them without meaning. */
  byte[] bytes = {};

  int length;

  /** Whether nothing follows it. */
  boolean last;

  private int position;
  private boolean endedByLine;
  private long linesEnded;
  private int[] froms = new int[1 << 10];
  private int[] tos = new int[1 << 10];
  private int cells;

  /** For each row, where its cells end among all cells, and on which line of these it ends. */
  private int[] cellsEnd = new int[1 << 8];

  private long[] lines = new long[1 << 8];
  private int rows;

  /** For each column, where its number stands among a row's; below 0 where none is read. */
  private int[] slots = NONE;

  private int width;

  /** Whether a number can be told from its end: none holds a delimiter. */
  private boolean scanned;

  private double[] numbers = {};

  /** Of each row, whether each number is finite and below {@link TableRows#LARGEST_EXACT}. */
  private boolean[] plain = {};

  private @Nullable LongFunction<Throwable> failure;

  CsvBlock(Location file, CsvFormat format) {
    this.file = file;
    this.format = format;
    this.delimiter = (byte) format.delimiter();
    this.delimiters = eightOf(delimiter);
    this.quote = (byte) format.quote();
    this.lastSpecial = (byte) Math.max(format.delimiter(), '\r');
    this.scanner = new Decimals.Scanner((byte) format.decimal());
  }

  static long eightOf(byte b) {
    return b * ONES;
  }

  /** Has the highest bit of the first byte that is 0, and none before it. */
  static long zeros(long eight) {
    return eight - ONES & ~eight & SIGNS;
  }

  /** Refuses a row that would fill the memory, as it does where a quote is never closed. */
  static void requireBounded(int bytes) throws IOException {
    if (bytes > MOST_BYTES_A_ROW) {
      throw new IOException(
          "a row is longer than " + MOST_BYTES_A_ROW + " bytes; is a quote never closed?");
    }
  }

  void clear() {
    length = 0;
    last = false;
    rows = 0;
    cells = 0;
    failure = null;
  }

  /** Makes room for so many bytes, of which the first ones are kept. */
  void ensure(int capacity, int kept) {
    if (bytes.length < capacity + Decimals.Scanner.AHEAD) {
      byte[] more = new byte[capacity + Decimals.Scanner.AHEAD];
      System.arraycopy(bytes, 0, more, 0, kept);
      bytes = more;
    }
  }

  /** Ends the table behind these rows. */
  void fail(Throwable thrown) {
    last = true;
    failure = lines -> thrown;
  }

  /**
   * Returns what was wrong behind the last row.
   *
   * @param linesBefore how many lines of the file stand before this block
   */
  @Nullable Throwable failure(long linesBefore) {
    return failure == null ? null : failure.apply(linesBefore);
  }

  int rows() {
    return rows;
  }

  /** How many lines end in it. */
  long lines() {
    return linesEnded;
  }

  /** The line of these on which a row ends, from 1. */
  long line(int row) {
    return lines[row];
  }

  /** Where a row's cells begin among all of the block's. */
  int firstCell(int row) {
    return row == 0 ? 0 : cellsEnd[row - 1];
  }

  /** Behind a row's last cell. */
  int endCell(int row) {
    return cellsEnd[row];
  }

  /** Where a cell begins. */
  int from(int cell) {
    return froms[cell];
  }

  /** Behind a cell's last byte. */
  int to(int cell) {
    return tos[cell];
  }

  /** Whether a column's numbers were read. */
  boolean hasNumbers(int column) {
    return column < slots.length && slots[column] >= 0;
  }

  /** The number in a column of those that were read; NaN where it is none. */
  double number(int row, int column) {
    return numbers[row * width + slots[column]];
  }

  /**
   * Copies all numbers that were read of a row, unless one is not finite, or so large that as a
   * whole number it may be rounded.
   */
  boolean numbers(int row, double[] destination, int offset) {
    if (width == 0 || !plain[row]) {
      return false;
    }
    System.arraycopy(numbers, row * width, destination, offset, width);
    return true;
  }

  /** Thrown where the bytes are no table. */
  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient LongFunction<Throwable> at;

    Malformed(LongFunction<Throwable> at) {
      super(null, null, false, false);
      this.at = at;
    }
  }

  /**
   * Finds rows and cells, and reads numbers.
   *
   * @param columns of which numbers are wanted, in the order in which these are to stand
   * @param most how many columns the table has
   */
  void split(int[] columns, int most) {
    position = 0;
    linesEnded = 0;
    width = columns.length;
    scanned = width > 0 && format.decimal() != format.delimiter();
    slots = NONE;
    try {
      if (width > 0) {
        slots = new int[most];
        Arrays.fill(slots, -1);
        for (int slot = 0; slot < width; slot++) {
          slots[columns[slot]] = slot;
        }
      }
      // No digit, so that numbers end here.
      ensure(length, length);
      bytes[length] = 0;
      while (position < length) {
        row();
      }
    } catch (Malformed e) {
      last = true;
      failure = e.at;
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void row() throws IOException {
    int start = position;
    int firstCell = cells;
    prepareRow();
    boolean more = true;
    while (more) {
      if (scanned && plainNumbers(firstCell)) {
        break;
      }
      int column = cells - firstCell;
      boolean isNumber = hasNumbers(column);
      if (position == length) {
        add(position, position);
        more = false;
      } else {
        more = bytes[position] == quote ? quoted() : plain();
      }
      if (isNumber) {
        numbers[rows * width + slots[column]] =
            format.number(bytes, froms[cells - 1], tos[cells - 1]);
      }
    }
    requireBounded(position - start);
    if (cells == firstCell + 1 && froms[firstCell] == start && tos[firstCell] == start) {
      // An empty text in quotes begins behind the first of them.
      cells = firstCell;
      return;
    }
    if (width > 0) {
      plain[rows] = arePlain(rows * width);
    }
    cellsEnd[rows] = cells;
    lines[rows++] = linesEnded + (endedByLine ? 0 : 1);
  }

  private void prepareRow() {
    if (rows == lines.length) {
      cellsEnd = Arrays.copyOf(cellsEnd, 2 * rows);
      lines = Arrays.copyOf(lines, 2 * rows);
    }
    if (numbers.length < (rows + 1) * width) {
      numbers = Arrays.copyOf(numbers, 2 * (rows + 1) * width);
    }
    if (plain.length < lines.length) {
      plain = Arrays.copyOf(plain, lines.length);
    }
    if (cells + slots.length > froms.length) {
      growCells(cells + slots.length);
    }
  }

  private void growCells(int least) {
    int capacity = Math.max(2 * froms.length, least);
    froms = Arrays.copyOf(froms, capacity);
    tos = Arrays.copyOf(tos, capacity);
  }

  private boolean arePlain(int from) {
    boolean all = true;
    for (int i = from; i < from + width; i++) {
      all &= Math.abs(numbers[i]) < TableRows.LARGEST_EXACT;
    }
    return all;
  }

  /**
   * Reads as many numbers as follow each other without anything beside them; returns whether the
   * row ends with them.
   */
  private boolean plainNumbers(int firstCell) {
    byte[] in = bytes;
    int[] slot = slots;
    int base = rows * width;
    int cell = cells;
    int at = position;
    boolean ended = false;
    for (int column = cell - firstCell; column < slot.length && slot[column] >= 0; column++) {
      double number = scanner.scan(in, at);
      int end = scanner.end();
      byte behind = in[end];
      boolean line = behind == '\n' || behind == '\r' && in[end + 1] == '\n' && end + 1 < length;
      if (!(behind == delimiter || line) || Double.isNaN(number) || end >= length) {
        break;
      }
      numbers[base + slot[column]] = number;
      froms[cell] = at;
      tos[cell++] = end;
      at = end + 1;
      if (line) {
        at += behind == '\r' ? 1 : 0;
        linesEnded++;
        endedByLine = true;
        ended = true;
        break;
      }
    }
    cells = cell;
    position = at;
    return ended;
  }

  /** Reads a cell that ends at the next delimiter or line; returns whether one more follows. */
  private boolean plain() {
    int from = position;
    int at = from;
    int end = length;
    long signs = 0;
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      long eight = (long) EIGHT_BYTES.get(bytes, at);
      long ends = zeros(eight ^ delimiters) | zeros(eight ^ LINE_FEEDS) | zeros(eight ^ RETURNS);
      signs |= eight;
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
    if ((signs & SIGNS) != 0) {
      requireUtf8(from, at);
    }
    add(from, at);
    return separator();
  }

  /** Reads a cell in quotes, which are taken out; returns whether one more follows. */
  private boolean quoted() {
    long startLine = linesEnded + 1;
    int from = ++position;
    int write = from;
    while (true) {
      if (position == length) {
        throw notCsv(
            startLine,
            line ->
                "the quote %s that opens on line %d is never closed; close it, or double the quotes inside a value"
                    .formatted((char) quote, line));
      }
      byte b = bytes[position++];
      if (b == quote) {
        if (position < length && bytes[position] == quote) {
          position++;
        } else {
          break;
        }
      }
      if (b == '\n' || b == '\r' && !(position < length && bytes[position] == '\n')) {
        linesEnded++;
      }
      bytes[write++] = b;
    }
    requireUtf8(from, write);
    add(from, write);
    while (position < length
        && bytes[position] != delimiter
        && (bytes[position] == ' ' || bytes[position] == '\t')) {
      position++;
    }
    if (position < length
        && bytes[position] != delimiter
        && bytes[position] != '\n'
        && bytes[position] != '\r') {
      throw behindQuote();
    }
    return separator();
  }

  private Malformed behindQuote() {
    char found = (char) (bytes[position] & 0x7f);
    return ";\t|,".indexOf(found) >= 0
        ? notCsv(
            0,
            line ->
                "a value in quotes ends before %s, and columns are separated by %s. %s"
                    .formatted(shown(found), shown((char) delimiter), CsvAdvice.delimiter(found)))
        : notCsv(
            linesEnded + 1,
            line ->
                "a value in quotes goes on behind them on line %d; double the quotes inside a value"
                    .formatted(line));
  }

  private static String shown(char separator) {
    return separator == '\t' ? "a tab" : "\"" + separator + "\"";
  }

  /**
   * What is wrong.
   *
   * @param line of these
   * @param problem of a line of the file
   */
  private Malformed notCsv(long line, LongFunction<String> problem) {
    return new Malformed(
        linesBefore ->
            new TouchstoneException(
                "%s is no CSV file: %s".formatted(file, problem.apply(linesBefore + line))));
  }

  /** Passes over a delimiter, and says so, or over the end of a line or of the file. */
  private boolean separator() {
    endedByLine = false;
    if (position == length) {
      return false;
    }
    byte b = bytes[position++];
    if (b == delimiter) {
      return true;
    }
    if (b == '\r' && position < length && bytes[position] == '\n') {
      position++;
    }
    linesEnded++;
    endedByLine = true;
    return false;
  }

  private void add(int from, int to) {
    if (cells == froms.length) {
      growCells(cells + 1);
    }
    froms[cells] = from;
    tos[cells++] = to;
  }

  private void requireUtf8(int from, int to) {
    int signs = 0;
    for (int i = from; i < to; i++) {
      signs |= bytes[i];
    }
    if (signs >= 0) {
      return;
    }
    try {
      strict.decode(ByteBuffer.wrap(bytes, from, to - from));
    } catch (CharacterCodingException e) {
      throw new TouchstoneException(
          file + " is not encoded in UTF-8; convert it, for instance with iconv", e);
    }
  }
}

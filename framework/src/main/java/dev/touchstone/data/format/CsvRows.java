package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table in UTF-8, one at a time, each as the bytes of its cells. Other threads split
 * them ahead of whoever reads them; what fits one block is split by the reading thread itself. What
 * is wrong with a row is thrown when it is come to.
 */
final class CsvRows implements AutoCloseable {
  private static final int BYTES_A_BLOCK = 1 << 18;

  /** More would wait for the one that reads. */
  private static final int MOST_THREADS = 4;

  private final CsvChunks chunks;
  private final int threads;
  private final Handover<CsvBlock> blocks;
  private final List<Thread> splitters = new ArrayList<>();
  private CsvBlock block;

  /** How many blocks were filled, and whether that was all; both by one thread at a time. */
  private long filled;

  private boolean ended;

  private int[] numbers = {};
  private int columns;

  /** This row in the block, and its first cell there. */
  private int row = -1;

  private int firstCell;
  private long rows;
  private long linesBefore;

  CsvRows(Location file, InputStream in, CsvFormat format) throws IOException {
    this(file, in, format, BYTES_A_BLOCK);
  }

  /**
   * Rows.
   *
   * @param bytesABlock how much about is read at once
   */
  CsvRows(Location file, InputStream in, CsvFormat format, int bytesABlock) throws IOException {
    this.chunks = new CsvChunks(file, in, format, bytesABlock);
    this.threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    this.blocks = new Handover<>(2 * threads + 2, () -> new CsvBlock(file, format));
    this.block = blocks.blank();
    chunks.fill(block);
    block.split(numbers, columns);
    ended = block.last;
  }

  /**
   * Says of which columns numbers are wanted of every row, as long as this is the first block.
   *
   * @param all how many columns there are
   */
  void expectNumbers(int[] wanted, int all) {
    if (splitters.isEmpty()) {
      numbers = wanted.clone();
      columns = all;
    }
  }

  private void split() {
    boolean more = true;
    while (more) {
      CsvBlock blank = blocks.blank();
      long number;
      synchronized (chunks) {
        if (ended) {
          blocks.giveBack(blank);
          return;
        }
        chunks.fill(blank);
        ended = blank.last;
        number = filled++;
      }
      blank.split(numbers, columns);
      if (blank.last) {
        end();
        more = false;
      }
      blocks.hand(number, blank);
    }
  }

  private void end() {
    synchronized (chunks) {
      ended = true;
    }
  }

  /**
   * Goes on to the next row.
   *
   * @return false behind the last one
   * @throws dev.touchstone.runtime.TouchstoneException if the row is not written as it should be
   */
  boolean next() throws IOException {
    row++;
    while (row == block.rows()) {
      if (block.last) {
        rethrow(block.failure(linesBefore));
        row--;
        return false;
      }
      linesBefore += block.lines();
      start();
      blocks.giveBack(block);
      block = blocks.take();
      row = 0;
    }
    firstCell = block.firstCell(row);
    rows++;
    return true;
  }

  private void start() {
    while (splitters.size() < threads) {
      Thread splitter = new Thread(this::split, "touchstone-cells");
      splitter.setDaemon(true);
      splitters.add(splitter);
      splitter.start();
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** How many rows were read, with this one. */
  long rows() {
    return rows;
  }

  /** The line on which this row ends, from 1. */
  long line() {
    return linesBefore + block.line(row);
  }

  /** How many cells this row has. */
  int size() {
    return block.endCell(row) - firstCell;
  }

  /** What {@link #from} and {@link #to} are positions in, until the next row. */
  byte[] bytes() {
    return block.bytes;
  }

  /** Where a cell begins. */
  int from(int cell) {
    return block.from(firstCell + cell);
  }

  /** Behind a cell's last byte. */
  int to(int cell) {
    return block.to(firstCell + cell);
  }

  /** Whether the number of a cell was read ahead. */
  boolean hasNumber(int cell) {
    return block.hasNumbers(cell);
  }

  /** The number of a cell that was read ahead; NaN where it is none. */
  double number(int cell) {
    return block.number(row, cell);
  }

  /**
   * Copies all numbers that were read ahead of this row, unless one is not finite, or so large that
   * as a whole number it may be rounded.
   */
  boolean numbers(double[] destination, int offset) {
    return block.numbers(row, destination, offset);
  }

  String text(int cell) {
    return new String(bytes(), from(cell), to(cell) - from(cell), StandardCharsets.UTF_8);
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int cell = 0; cell < size(); cell++) {
      texts.add(text(cell));
    }
    return texts;
  }

  /** Whether a cell holds nothing but white space. */
  boolean isBlank(int cell) {
    byte[] bytes = bytes();
    int to = to(cell);
    for (int i = from(cell); i < to; i++) {
      if (bytes[i] < 0) {
        return text(cell).isBlank();
      }
      if (!Character.isWhitespace(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /** Waits for the other threads. */
  @Override
  public void close() throws IOException {
    end();
    // What they wait for is a container.
    splitters.forEach(ignored -> blocks.giveBack(block));
    splitters.forEach(Handover::join);
    chunks.close();
  }
}

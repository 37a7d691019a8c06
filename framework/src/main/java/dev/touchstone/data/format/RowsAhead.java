package dev.touchstone.data.format;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table, which another thread splits into cells ahead of whoever reads them. What
 * fits one block is split by the reading thread itself. What is wrong with a row is thrown when it
 * is come to.
 */
final class RowsAhead implements Rows {
  private static final int BYTES_A_BLOCK = 1 << 18;

  /** Some rows and their cells. */
  private static final class Block {
    private byte[] bytes = new byte[BYTES_A_BLOCK + BYTES_A_BLOCK / 4];
    private int length;
    private int[] froms = new int[1 << 14];
    private int[] tos = new int[1 << 14];
    private int cells;

    /** For each row, where its cells end among all cells, and on which line it ends. */
    private int[] cellsEnd = new int[1 << 10];

    private long[] lines = new long[1 << 10];
    private int rows;
    private boolean last;
    private @Nullable Throwable failure;

    /** Fills it from a scanner, which stays open. */
    void fill(CsvRows scanner) {
      length = 0;
      cells = 0;
      rows = 0;
      try {
        while (length < BYTES_A_BLOCK && !last) {
          last = !scanner.next();
          if (!last) {
            add(scanner);
          }
        }
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
        last = true;
      }
    }

    private void add(CsvRows row) {
      int bytesOfRow = row.end() - row.start();
      if (length + bytesOfRow > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + bytesOfRow));
      }
      System.arraycopy(row.bytes(), row.start(), bytes, length, bytesOfRow);
      int size = row.size();
      if (cells + size > froms.length) {
        int more = Math.max(2 * froms.length, cells + size);
        froms = Arrays.copyOf(froms, more);
        tos = Arrays.copyOf(tos, more);
      }
      row.copyCells(froms, tos, cells, length - row.start());
      cells += size;
      if (rows == lines.length) {
        cellsEnd = Arrays.copyOf(cellsEnd, 2 * rows);
        lines = Arrays.copyOf(lines, 2 * rows);
      }
      cellsEnd[rows] = cells;
      lines[rows++] = row.line();
      length += bytesOfRow;
    }
  }

  private final CsvRows scanner;
  private final Handover<Block> blocks = new Handover<>(Block::new);
  private Block block;
  private @Nullable Thread splitter;
  private volatile boolean closed;

  /** This row in the block, and where its cells begin among all of the block's. */
  private int row = -1;

  private int firstCell;
  private long rows;

  RowsAhead(CsvRows scanner) {
    this.scanner = scanner;
    this.block = blocks.blank();
    block.fill(scanner);
  }

  private void split() {
    boolean more = true;
    while (more) {
      Block filled = blocks.blank();
      filled.fill(scanner);
      // Whoever closes waits for the last block.
      filled.last |= closed;
      more = !filled.last;
      blocks.hand(filled);
    }
  }

  @Override
  public boolean next() throws IOException {
    firstCell = row < 0 ? 0 : block.cellsEnd[row];
    row++;
    while (row == block.rows) {
      if (block.last) {
        rethrow(block.failure);
        row--;
        return false;
      }
      if (splitter == null) {
        splitter = new Thread(this::split, "touchstone-cells");
        splitter.setDaemon(true);
        splitter.start();
      }
      blocks.giveBack(block);
      block = blocks.take();
      row = 0;
      firstCell = 0;
    }
    rows++;
    return true;
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

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long line() {
    return block.lines[row];
  }

  @Override
  public int size() {
    return block.cellsEnd[row] - firstCell;
  }

  @Override
  public byte[] bytes() {
    return block.bytes;
  }

  @Override
  public int from(int cell) {
    return block.froms[firstCell + cell];
  }

  @Override
  public int to(int cell) {
    return block.tos[firstCell + cell];
  }

  @Override
  public void close() throws IOException {
    closed = true;
    Thread started = splitter;
    if (started != null) {
      while (!block.last) {
        blocks.giveBack(block);
        block = blocks.take();
      }
      Handover.join(started);
    }
    scanner.close();
  }
}

package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of a table in UTF-8, in chunks of whole rows: each ends where a line ends that no quote
 * encloses, so that one can be split into cells without those before it. Not thread-safe.
 */
final class CsvChunks implements AutoCloseable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final InputStream in;
  private final byte delimiter;
  private final byte quote;
  private final int bytesAChunk;

  /** What was read behind the last chunk. */
  private byte[] rest;

  private int restLength;

  /** Cells in quotes, as far as they are known to be closed. */
  private int[] quotedFrom = new int[1 << 8];

  private int[] behindQuoted = new int[1 << 8];
  private int quoted;

  /**
   * Looks at the first bytes, which tell the encoding.
   *
   * @param bytesAChunk about how many a chunk has
   */
  CsvChunks(Location file, InputStream in, CsvFormat format, int bytesAChunk) throws IOException {
    this.in = in;
    this.delimiter = (byte) format.delimiter();
    this.quote = (byte) format.quote();
    this.bytesAChunk = bytesAChunk;
    byte[] first = in.readNBytes(BYTE_ORDER_MARK.length);
    if (first.length >= 2 && isUtf16(first[0] & 0xff, first[1] & 0xff)) {
      throw new TouchstoneException(
          "%s is encoded in UTF-16; convert it to UTF-8, for instance with iconv, or save it as \"CSV UTF-8\""
              .formatted(file));
    }
    // The mark is what Windows programs put before UTF-8.
    this.rest = Arrays.equals(first, BYTE_ORDER_MARK) ? new byte[0] : first;
    this.restLength = rest.length;
  }

  /** Whether these are the first bytes of what Windows programs call Unicode. */
  private static boolean isUtf16(int first, int second) {
    return first == 0xff && second == 0xfe || first == 0xfe && second == 0xff;
  }

  /** Fills a block with the next rows; where reading fails, with those that are whole before. */
  void fill(CsvBlock block) {
    block.clear();
    int wanted = Math.max(bytesAChunk, 2 * restLength);
    int limit = 0;
    int rows = 0;
    try {
      block.ensure(wanted, 0);
      System.arraycopy(rest, 0, block.bytes, 0, restLength);
      limit = restLength;
      restLength = 0;
      while (rows == 0) {
        CsvBlock.requireBounded(limit);
        block.ensure(wanted, limit);
        int read = 0;
        for (; limit < wanted && read >= 0; limit += Math.max(0, read)) {
          read = in.read(block.bytes, limit, wanted - limit);
        }
        block.last = read < 0;
        rows = block.last ? limit : behindLastRow(block.bytes, limit);
        wanted *= 2;
        if (block.last) {
          break;
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      rows = behindLastRow(block.bytes, limit);
      block.fail(e);
    }
    block.length = rows;
    if (!block.last) {
      restLength = limit - rows;
      rest = rest.length < restLength ? new byte[2 * restLength] : rest;
      System.arraycopy(block.bytes, rows, rest, 0, restLength);
    }
  }

  /** Behind the last row that is known to end; 0 where none does. */
  private int behindLastRow(byte[] bytes, int limit) {
    quoted = 0;
    // A line feed may follow a return.
    int end = limit > 0 && bytes[limit - 1] == '\r' ? limit - 1 : limit;
    int at = quote(bytes, 0, limit);
    while (at < limit) {
      int behind = at + 1;
      if (beginsCell(bytes, at)) {
        behind = behindClosing(bytes, at + 1, limit);
        if (behind == limit) {
          // It is still open, or would be doubled by what follows.
          end = at;
          break;
        }
        addQuoted(at, behind);
      }
      at = quote(bytes, behind, limit);
    }
    for (int cell = quoted - 1; cell >= 0; cell--) {
      int last = behindLastLine(bytes, behindQuoted[cell], end);
      if (last > 0) {
        return last;
      }
      end = quotedFrom[cell];
    }
    return behindLastLine(bytes, 0, end);
  }

  private void addQuoted(int from, int behind) {
    if (quoted == quotedFrom.length) {
      quotedFrom = Arrays.copyOf(quotedFrom, 2 * quoted);
      behindQuoted = Arrays.copyOf(behindQuoted, 2 * quoted);
    }
    quotedFrom[quoted] = from;
    behindQuoted[quoted++] = behind;
  }

  private boolean beginsCell(byte[] bytes, int at) {
    return at == 0 || bytes[at - 1] == delimiter || bytes[at - 1] == '\n' || bytes[at - 1] == '\r';
  }

  /** Behind the quote that closes a cell; the limit where that is not known. */
  private int behindClosing(byte[] bytes, int from, int limit) {
    int at = quote(bytes, from, limit);
    while (at + 1 < limit && bytes[at + 1] == quote) {
      at = quote(bytes, at + 2, limit);
    }
    return at + 1 < limit ? at + 1 : limit;
  }

  private static int behindLastLine(byte[] bytes, int from, int to) {
    int at = to;
    while (at > from && bytes[at - 1] != '\n' && bytes[at - 1] != '\r') {
      at--;
    }
    return at > from ? at : 0;
  }

  /** Where the next quote stands; the limit where none does. */
  private int quote(byte[] bytes, int from, int limit) {
    long quotes = CsvBlock.eightOf(quote);
    int at = from;
    for (; limit - at >= Long.BYTES; at += Long.BYTES) {
      long found = CsvBlock.zeros((long) EIGHT_BYTES.get(bytes, at) ^ quotes);
      if (found != 0) {
        return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (at < limit && bytes[at] != quote) {
      at++;
    }
    return Math.min(at, limit);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

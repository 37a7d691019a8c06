package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects examples whose number is not known before: in memory up to a limit, and in a temporary
 * file beyond it. They are kept in single precision up to the first one which that would round, and
 * from there on in double precision. Not thread-safe; the store that it {@linkplain #finish()
 * makes} is.
 */
final class RowCollector implements AutoCloseable {
  private final Part singles;
  private final int[] shape;
  private final long mostBytes;
  private @Nullable Part doubles;

  /**
   * An empty collection.
   *
   * @param mostBytes how much may lie in memory
   */
  RowCollector(long mostBytes, int... shape) {
    this.shape = shape.clone();
    this.mostBytes = mostBytes;
    this.singles = new Part(false, shape, mostBytes);
  }

  /** Copies one more example. */
  void add(double[] row) {
    add(row, 0);
  }

  /**
   * Copies one more example.
   *
   * @param values hold it from {@code from} on
   */
  void add(double[] values, int from) {
    Part wide = doubles;
    if (wide == null && isRounded(values, from, singles.rowSize)) {
      wide = new Part(true, shape, mostBytes - singles.bytesInMemory());
      doubles = wide;
    }
    try {
      (wide == null ? singles : wide).add(values, from);
    } catch (IOException e) {
      throw new TouchstoneException(
          "features larger than "
              + mostBytes
              + " bytes are kept in a temporary file, which could not be written under "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + e.getMessage()
              + "; make room there, or point -Djava.io.tmpdir elsewhere",
          e);
    }
  }

  /** Returns whether single precision would change a number. */
  static boolean isRounded(double[] values, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if ((float) values[i] != values[i] && !Double.isNaN(values[i])) {
        return true;
      }
    }
    return false;
  }

  /** All examples, in the order in which they came. */
  FeatureStore finish() {
    try {
      FeatureStore first = singles.finish();
      Part wide = doubles;
      if (wide == null) {
        return first;
      }
      FeatureStore second = wide.finish();
      return first.size() == 0 ? second : new Concatenated(first, second);
    } catch (IOException e) {
      throw new TouchstoneException(
          "the temporary file of features could not be mapped: " + e.getMessage(), e);
    }
  }

  /** Gives the files back; what was finished before keeps working. */
  @Override
  public void close() {
    singles.close();
    if (doubles != null) {
      doubles.close();
    }
  }

  /** Examples of one precision. */
  private static final class Part implements AutoCloseable {
    /**
     * Memory grows in steps of about this size, which is less than half a region of the JVM's
     * collector: what is larger takes whole regions, and up to twice the memory.
     */
    private static final int CHUNK_BYTES = (1 << 19) - 64;

    /** A mapping has to stay below 2 GiB. */
    private static final int SEGMENT_BYTES = 1 << 30;

    private final boolean wide;
    private final int[] shape;
    private final int rowSize;
    private final int rowBytes;
    private final int rowsPerChunk;
    private final long mostBytes;
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private final ByteBuffer oneRow;
    private int rows;
    private @Nullable Path file;
    private @Nullable FileChannel channel;

    Part(boolean wide, int[] shape, long mostBytes) {
      this.wide = wide;
      this.shape = shape;
      this.rowSize = InMemoryStore.sizeOf(shape);
      this.rowBytes = Math.multiplyExact(rowSize, wide ? Double.BYTES : Float.BYTES);
      this.rowsPerChunk = Math.max(1, CHUNK_BYTES / Math.max(1, rowBytes));
      this.mostBytes = mostBytes;
      this.oneRow = buffer(rowBytes);
    }

    private static ByteBuffer buffer(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    long bytesInMemory() {
      return file == null ? (long) rows * rowBytes : 0;
    }

    void add(double[] values, int from) throws IOException {
      if (file == null && (long) (rows + 1) * rowBytes > mostBytes) {
        spill();
      }
      if (file == null) {
        if (rows % rowsPerChunk == 0) {
          chunks.add(buffer(rowsPerChunk * rowBytes));
        }
        put(values, from, chunks.get(rows / rowsPerChunk));
      } else {
        put(values, from, oneRow.clear());
        write(oneRow.flip());
      }
      rows++;
    }

    private void put(double[] values, int from, ByteBuffer into) {
      if (wide) {
        into.asDoubleBuffer().put(values, from, rowSize);
        into.position(into.position() + rowBytes);
      } else {
        for (int i = from; i < from + rowSize; i++) {
          into.putFloat((float) values[i]);
        }
      }
    }

    private void spill() throws IOException {
      Path made = Files.createTempFile("touchstone-", ".features");
      file = made;
      channel = FileChannel.open(made, StandardOpenOption.READ, StandardOpenOption.WRITE);
      for (ByteBuffer chunk : chunks) {
        write(chunk.flip());
      }
      chunks.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
      FileChannel open = channel;
      if (open == null) {
        throw new IllegalStateException("closed");
      }
      while (bytes.hasRemaining()) {
        open.write(bytes);
      }
    }

    FeatureStore finish() throws IOException {
      if (rowSize == 0) {
        return new NoFeatures(rows);
      }
      List<BufferedFeatures.Segment> segments = new ArrayList<>();
      if (channel == null) {
        chunks.forEach(
            chunk ->
                segments.add(
                    BufferedFeatures.segment(
                        chunk.flip().slice().order(ByteOrder.nativeOrder()), wide)));
        return new BufferedFeatures(List.copyOf(segments), rowsPerChunk, rows, rowSize, shape);
      }
      int rowsPerSegment = Math.max(1, SEGMENT_BYTES / rowBytes);
      for (int from = 0; from < rows; from += rowsPerSegment) {
        long count = Math.min(rowsPerSegment, rows - from);
        segments.add(
            BufferedFeatures.segment(
                channel
                    .map(FileChannel.MapMode.READ_ONLY, (long) from * rowBytes, count * rowBytes)
                    .order(ByteOrder.nativeOrder()),
                wide));
      }
      return new BufferedFeatures(List.copyOf(segments), rowsPerSegment, rows, rowSize, shape);
    }

    @Override
    public void close() {
      try {
        if (channel != null) {
          channel.close();
          channel = null;
        }
        if (file != null) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        // Windows does not delete what is mapped; the end of the JVM does.
        if (file != null) {
          file.toFile().deleteOnExit();
        }
      }
    }
  }

  /** The examples that single precision holds, and all after the first that it would round. */
  private record Concatenated(FeatureStore first, FeatureStore second) implements FeatureStore {

    @Override
    public int size() {
      return first.size() + second.size();
    }

    @Override
    public int[] shape() {
      return first.shape();
    }

    @Override
    public int rowSize() {
      return first.rowSize();
    }

    @Override
    public void read(int index, float[] destination, int offset) {
      if (index < first.size()) {
        first.read(index, destination, offset);
      } else {
        second.read(index - first.size(), destination, offset);
      }
    }

    @Override
    public void read(int index, double[] destination, int offset) {
      if (index < first.size()) {
        first.read(index, destination, offset);
      } else {
        second.read(index - first.size(), destination, offset);
      }
    }

    @Override
    public boolean isDouble() {
      return true;
    }
  }
}

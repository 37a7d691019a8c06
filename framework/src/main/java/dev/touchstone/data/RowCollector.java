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
 * file beyond it. Not thread-safe; the store that it {@linkplain #finish() makes} is.
 */
final class RowCollector implements AutoCloseable {
  /** Memory grows in steps of about this size. */
  private static final int CHUNK_BYTES = 1 << 20;

  private final int[] shape;
  private final int rowSize;
  private final int rowsPerChunk;
  private final long mostBytes;
  private final List<float[]> chunks = new ArrayList<>();
  private final ByteBuffer rowBytes;
  private int rows;
  private @Nullable Path file;
  private @Nullable FileChannel channel;

  /**
   * An empty collection.
   *
   * @param mostBytes how much may lie in memory
   */
  RowCollector(long mostBytes, int... shape) {
    this.shape = shape.clone();
    this.rowSize = InMemoryFeatures.sizeOf(shape);
    this.mostBytes = mostBytes;
    this.rowsPerChunk = Math.max(1, CHUNK_BYTES / Float.BYTES / rowSize);
    this.rowBytes =
        ByteBuffer.allocate(Math.multiplyExact(rowSize, Float.BYTES))
            .order(ByteOrder.nativeOrder());
  }

  /** Copies one more example. */
  void add(float[] row) {
    try {
      if (file == null && (long) (rows + 1) * rowSize * Float.BYTES > mostBytes) {
        spill();
      }
      if (file == null) {
        if (rows % rowsPerChunk == 0) {
          chunks.add(new float[rowsPerChunk * rowSize]);
        }
        System.arraycopy(
            row, 0, chunks.get(rows / rowsPerChunk), rows % rowsPerChunk * rowSize, rowSize);
      } else {
        write(row, 0);
      }
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
    rows++;
  }

  private void spill() throws IOException {
    Path made = Files.createTempFile("touchstone-", ".features");
    file = made;
    channel = FileChannel.open(made, StandardOpenOption.READ, StandardOpenOption.WRITE);
    for (int i = 0; i < rows; i++) {
      write(chunks.get(i / rowsPerChunk), i % rowsPerChunk * rowSize);
    }
    chunks.clear();
  }

  private void write(float[] values, int offset) throws IOException {
    FileChannel open = channel;
    if (open == null) {
      throw new IllegalStateException("closed");
    }
    rowBytes.clear();
    rowBytes.asFloatBuffer().put(values, offset, rowSize);
    while (rowBytes.hasRemaining()) {
      open.write(rowBytes);
    }
  }

  /** All examples, in the order in which they came. */
  FeatureStore finish() {
    if (channel == null) {
      return new ChunkedFeatures(List.copyOf(chunks), rowsPerChunk, rows, rowSize, shape);
    }
    try {
      return MappedFeatures.map(channel, rows, shape);
    } catch (IOException e) {
      throw new TouchstoneException(
          "the temporary file of features could not be mapped: " + e.getMessage(), e);
    }
  }

  /** Gives the file back; what was finished before keeps working. */
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

  /** Features in arrays of equal length. */
  private record ChunkedFeatures(
      List<float[]> chunks, int rowsPerChunk, int size, int rowSize, int[] shape)
      implements FeatureStore {

    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public void read(int index, float[] destination, int offset) {
      System.arraycopy(
          chunks.get(index / rowsPerChunk),
          index % rowsPerChunk * rowSize,
          destination,
          offset,
          rowSize);
    }
  }
}

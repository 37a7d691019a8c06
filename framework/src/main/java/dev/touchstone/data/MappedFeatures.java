package dev.touchstone.data;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Features in a file that the operating system pages in where they are read. Mapped and not read
 * through a channel, because an interrupted test (a timeout) would close the channel for all.
 */
final class MappedFeatures implements FeatureStore {
  /** A mapping has to stay below 2 GiB. */
  private static final int SEGMENT_BYTES = 1 << 30;

  private final List<FloatBuffer> segments;
  private final int rowsPerSegment;
  private final int rows;
  private final int rowSize;
  private final int[] shape;

  private MappedFeatures(
      List<FloatBuffer> segments, int rowsPerSegment, int rows, int rowSize, int[] shape) {
    this.segments = List.copyOf(segments);
    this.rowsPerSegment = rowsPerSegment;
    this.rows = rows;
    this.rowSize = rowSize;
    this.shape = shape;
  }

  /** Maps a file of single-precision numbers in the platform's byte order. */
  static MappedFeatures map(FileChannel file, int rows, int... shape) throws IOException {
    int rowSize = InMemoryFeatures.sizeOf(shape);
    int rowBytes = Math.multiplyExact(rowSize, Float.BYTES);
    int rowsPerSegment = Math.max(1, SEGMENT_BYTES / rowBytes);
    List<FloatBuffer> segments = new ArrayList<>();
    for (int from = 0; from < rows; from += rowsPerSegment) {
      long count = Math.min(rowsPerSegment, rows - from);
      segments.add(
          file.map(FileChannel.MapMode.READ_ONLY, (long) from * rowBytes, count * rowBytes)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer());
    }
    return new MappedFeatures(segments, rowsPerSegment, rows, rowSize, shape.clone());
  }

  @Override
  public int size() {
    return rows;
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    if (index < 0 || index >= rows) {
      throw new IndexOutOfBoundsException("example " + index + " of " + rows);
    }
    segments
        .get(index / rowsPerSegment)
        .get(index % rowsPerSegment * rowSize, destination, offset, rowSize);
  }
}

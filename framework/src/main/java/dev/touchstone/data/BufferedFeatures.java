package dev.touchstone.data;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Features in buffers of equal length, in memory or mapped from a file that the operating system
 * pages in where they are read. Mapped and not read through a channel, because an interrupted test
 * (a timeout) would close the channel for all.
 *
 * @param rowsPerSegment examples in each segment but the last one
 */
record BufferedFeatures(
    List<Segment> segments, int rowsPerSegment, int size, int rowSize, int[] shape)
    implements FeatureStore {

  /** Some examples, one after the other. */
  sealed interface Segment {

    /** Copies values from a position on. */
    void read(int position, float[] destination, int offset, int length);

    /** Copies values from a position on. */
    void read(int position, double[] destination, int offset, int length);
  }

  /** Numbers in single precision. */
  record Singles(FloatBuffer numbers) implements Segment {

    @Override
    public void read(int position, float[] destination, int offset, int length) {
      numbers.get(position, destination, offset, length);
    }

    @Override
    public void read(int position, double[] destination, int offset, int length) {
      for (int i = 0; i < length; i++) {
        destination[offset + i] = numbers.get(position + i);
      }
    }
  }

  /** Numbers in double precision. */
  record Doubles(DoubleBuffer numbers) implements Segment {

    @Override
    public void read(int position, float[] destination, int offset, int length) {
      for (int i = 0; i < length; i++) {
        destination[offset + i] = (float) numbers.get(position + i);
      }
    }

    @Override
    public void read(int position, double[] destination, int offset, int length) {
      numbers.get(position, destination, offset, length);
    }
  }

  /** Returns a buffer's numbers, in its byte order. */
  static Segment segment(ByteBuffer bytes, boolean doubles) {
    return doubles ? new Doubles(bytes.asDoubleBuffer()) : new Singles(bytes.asFloatBuffer());
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  private Segment of(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("example " + index + " of " + size);
    }
    return segments.get(index / rowsPerSegment);
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    of(index).read(index % rowsPerSegment * rowSize, destination, offset, rowSize);
  }

  @Override
  public void read(int index, double[] destination, int offset) {
    of(index).read(index % rowsPerSegment * rowSize, destination, offset, rowSize);
  }

  @Override
  public boolean isDouble() {
    return !segments.isEmpty() && segments.get(0) instanceof Doubles;
  }
}

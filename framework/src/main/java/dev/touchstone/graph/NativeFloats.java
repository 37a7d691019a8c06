package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Many numbers in the engine's own memory, written and read where they lie: where DJL lays an array
 * over a buffer of Java's, it is freed by a garbage collection, however many there are by then.
 */
final class NativeFloats {
  private NativeFloats() {}

  /**
   * An array of numbers.
   *
   * @param length how many of them count
   */
  static NDArray of(NDManager manager, float[] values, int length) {
    FloatBuffer counting = FloatBuffer.wrap(values, 0, length);
    NDArray array = manager.create(new Shape(length), DataType.FLOAT32);
    ByteBuffer memory = array.getDevice().isGpu() ? null : array.toByteBuffer(true);
    if (memory != null && memory.isDirect()) {
      memory.order(ByteOrder.nativeOrder()).asFloatBuffer().put(counting);
    } else {
      array.set(counting);
    }
    return array;
  }

  /** Adds an array's numbers to a sum, reading them where they lie. */
  static void addTo(double[] sum, NDArray array) {
    FloatBuffer values = array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values.get(i);
    }
  }
}

package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Makes arrays of many numbers in the engine's own memory: where DJL lays them over a buffer of
 * Java's, they are freed by a garbage collection, however many there are by then.
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
}

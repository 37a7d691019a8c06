package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Arrays of single precision in the processor's own memory, looked at where they lie: one pass over
 * them costs less than the many that a formula of array operations makes.
 */
final class HostFloats {
  private HostFloats() {}

  /** Whether arrays of this kind can be looked at. */
  static boolean holds(NDArray array) {
    return array.getDataType() == DataType.FLOAT32
        && !array.getDevice().isGpu()
        // A buffer of Java's counts its bytes in an int.
        && array.getShape().size() <= Integer.MAX_VALUE / Float.BYTES;
  }

  /** An array's numbers, row-major; a view, or a copy where they do not lie in this order. */
  static FloatBuffer read(NDArray array) {
    return view(array).asReadOnlyBuffer();
  }

  /**
   * The memory of an array that was just created, to be filled.
   *
   * @throws IllegalStateException if it cannot be written to
   */
  static FloatBuffer fill(NDArray array) {
    ByteBuffer memory = array.toByteBuffer(true);
    if (!memory.isDirect()) {
      throw new IllegalStateException("the memory of an array of " + array.getShape());
    }
    return memory.order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private static FloatBuffer view(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}

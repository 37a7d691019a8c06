package dev.touchstone.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Makes arrays of Java's numbers in the engine's own memory, and is the only class that does.
 *
 * <p>{@code NDManager.create(values, …)} lays an array over a buffer of Java's, which the array's
 * handle alone keeps. Once that handle is closed the garbage collector may free the buffer, while a
 * reshaped or sliced array still lies in it: it then reads whatever stands there. In the engine's
 * own memory whoever lies in it keeps it.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class NativeArrays {
  private NativeArrays() {}

  /** Makes an array of single precision. */
  public static NDArray of(NDManager manager, float[] values, Shape shape) {
    return of(manager, FloatBuffer.wrap(values), shape);
  }

  /** Makes an array of single precision of what remains in a buffer. */
  public static NDArray of(NDManager manager, FloatBuffer values, Shape shape) {
    return filled(
        manager.create(requireFit(values, shape), DataType.FLOAT32),
        values,
        memory -> memory.asFloatBuffer().put(values.duplicate()));
  }

  /** Makes an array of double precision. */
  public static NDArray of(NDManager manager, double[] values, Shape shape) {
    DoubleBuffer buffer = DoubleBuffer.wrap(values);
    return filled(
        manager.create(requireFit(buffer, shape), DataType.FLOAT64),
        buffer,
        memory -> memory.asDoubleBuffer().put(buffer.duplicate()));
  }

  /** Makes an array of whole numbers. */
  public static NDArray of(NDManager manager, long[] values, Shape shape) {
    LongBuffer buffer = LongBuffer.wrap(values);
    return filled(
        manager.create(requireFit(buffer, shape), DataType.INT64),
        buffer,
        memory -> memory.asLongBuffer().put(buffer.duplicate()));
  }

  /** Makes a list of whole numbers. */
  public static NDArray of(NDManager manager, long... values) {
    return of(manager, values, new Shape(values.length));
  }

  /** Makes an array of truths. */
  public static NDArray of(NDManager manager, boolean[] values, Shape shape) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (boolean value : values) {
      buffer.put((byte) (value ? 1 : 0));
    }
    buffer.flip();
    return filled(
        manager.create(requireFit(buffer, shape), DataType.BOOLEAN),
        buffer,
        memory -> memory.put(buffer.duplicate()));
  }

  /**
   * Makes an array without an axis, whose type gives way to that of an array that it meets: whole
   * where the number is an {@code Integer} or a {@code Long}.
   */
  public static NDArray of(NDManager manager, Number value) {
    return value instanceof Integer || value instanceof Long
        ? of(manager, new long[] {value.longValue()}, new Shape())
        : of(manager, new double[] {value.doubleValue()}, new Shape());
  }

  private static Shape requireFit(Buffer values, Shape shape) {
    if (shape.size() != values.remaining()) {
      throw new IllegalArgumentException(
          "%d numbers for the shape %s".formatted(values.remaining(), shape));
    }
    return shape;
  }

  /** Writes where the numbers lie; through the engine where that is on a GPU. */
  private static NDArray filled(NDArray array, Buffer values, Consumer<ByteBuffer> writing) {
    if (!values.hasRemaining()) {
      return array;
    }
    ByteBuffer memory = array.getDevice().isGpu() ? null : array.toByteBuffer(true);
    if (memory != null && memory.isDirect()) {
      writing.accept(memory.order(ByteOrder.nativeOrder()));
    } else {
      array.set(values);
    }
    return array;
  }

  /** Adds an array's numbers to a sum, reading them where they lie. */
  public static void addTo(double[] sum, NDArray array) {
    FloatBuffer values = array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values.get(i);
    }
  }
}

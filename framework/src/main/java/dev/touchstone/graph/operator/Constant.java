package dev.touchstone.graph.operator;

import dev.touchstone.runtime.Digest;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A weight or constant of a graph, as plain Java values.
 *
 * @param shape empty for a scalar
 * @param floats the values of a floating-point constant, else empty
 * @param longs the values of a whole-number constant, else empty
 * @param floating which of the two it is
 */
public record Constant(long[] shape, float[] floats, long[] longs, boolean floating) {

  /** Makes a constant of floating-point values, row-major. */
  public static Constant of(float[] values, long... shape) {
    return new Constant(shape, values, new long[0], true);
  }

  /** Makes a constant of whole numbers, row-major. */
  public static Constant of(long[] values, long... shape) {
    return new Constant(shape, new float[0], values, false);
  }

  /** Returns how many values it has. */
  public int size() {
    return floating ? floats.length : longs.length;
  }

  /** Returns all values, as doubles. */
  public double[] numbers() {
    return floating
        ? IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray()
        : Arrays.stream(longs).asDoubleStream().toArray();
  }

  /** Adds type, shape and values to a digest. */
  public void addTo(Digest digest) {
    digest.add(floating ? "float" : "int64").add(shape).add(floats).add(longs);
  }

  @Override
  public String toString() {
    return (floating ? "float" : "int64") + Arrays.toString(shape);
  }
}

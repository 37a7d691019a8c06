package dev.touchstone.data;

import java.util.Arrays;

/**
 * A batch of examples as plain Java values: row-major, the first axis counts examples.
 *
 * <p>The array is shared, not copied: whoever makes a tensor gives its array away.
 */
public final class Tensor {
  private final float[] values;
  private final int[] shape;

  private Tensor(float[] values, int[] shape) {
    this.values = values;
    this.shape = shape;
  }

  /**
   * Returns a batch.
   *
   * @param values row-major
   * @param shape number of examples first
   * @throws IllegalArgumentException if the shape does not hold as many values
   */
  public static Tensor of(float[] values, int... shape) {
    long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    if (shape.length == 0 || size != values.length) {
      throw new IllegalArgumentException(
          values.length + " values do not fill the shape " + Arrays.toString(shape));
    }
    return new Tensor(values, shape.clone());
  }

  /** Returns the values, row-major; not a copy. */
  public float[] values() {
    return values;
  }

  /** Returns the shape, number of examples first. */
  public int[] shape() {
    return shape.clone();
  }

  /** Returns the number of examples. */
  public int rows() {
    return shape[0];
  }

  /** Returns how many values one example has. */
  public int rowSize() {
    return rows() == 0 ? 0 : values.length / rows();
  }

  /** Returns a copy of one example's values. */
  public float[] row(int index) {
    return Arrays.copyOfRange(values, index * rowSize(), (index + 1) * rowSize());
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}

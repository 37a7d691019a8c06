package dev.touchstone.data;

import java.util.Arrays;

/**
 * A batch of examples as single-precision numbers: row-major, the first axis counts examples.
 *
 * <p>The array is shared, not copied: whoever makes a tensor gives its array away.
 */
public final class Tensor implements TypedTensor {
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
    return new Tensor(values, TypedTensor.filled(values.length, shape));
  }

  /** Returns the values, row-major; not a copy. */
  public float[] values() {
    return values;
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public int rows() {
    return shape[0];
  }

  @Override
  public int rowSize() {
    return rows() == 0 ? 0 : values.length / rows();
  }

  /** Returns a copy of one example's values. */
  public float[] row(int index) {
    return Arrays.copyOfRange(values, index * rowSize(), (index + 1) * rowSize());
  }

  @Override
  public Tensor select(int... rows) {
    return new Tensor(
        TypedTensor.picked(values, this, rows, float[]::new), TypedTensor.shapeOf(this, rows));
  }

  @Override
  public String kind() {
    return "numbers in single precision";
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}

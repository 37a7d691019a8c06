package dev.touchstone.graph;

import java.util.Arrays;

/**
 * The values of a batch at a {@link Tap}, or gradients there.
 *
 * @param tap where
 * @param shape of all of them: how many examples, and the other axes, of which the tap leaves some
 *     free where the model takes examples of several lengths
 * @param rows one per example, row-major
 */
public record Activations(Tap tap, int[] shape, double[][] rows) {

  /** Copies the shape. */
  public Activations {
    shape = shape.clone();
  }

  static Activations of(Tap tap, ShapedRows values) {
    int[] shape = new int[values.ofOne().length + 1];
    shape[0] = values.rows().length;
    System.arraycopy(values.ofOne(), 0, shape, 1, values.ofOne().length);
    return new Activations(tap, shape, values.rows());
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public String toString() {
    return tap.name() + " " + Arrays.toString(shape);
  }
}

package dev.touchstone.graph;

import java.util.Arrays;

/**
 * The values of a batch at a {@link Tap}, or gradients there.
 *
 * @param tap where
 * @param rows one per example, row-major; each as long as the tap's {@link Tap#size}
 */
public record Activations(Tap tap, double[][] rows) {

  /** Returns the shape of all of them: how many examples, and the tap's other axes. */
  public int[] shape() {
    int[] shape = tap.shape();
    shape[0] = rows.length;
    return shape;
  }

  @Override
  public String toString() {
    return tap.name() + " " + Arrays.toString(shape());
  }
}

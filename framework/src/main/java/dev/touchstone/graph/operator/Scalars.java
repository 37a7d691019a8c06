package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import dev.touchstone.runtime.NativeArrays;

/**
 * Multiplies, divides and raises arrays by numbers, where derivatives are recorded.
 *
 * <p>{@code x.mul(.5)} lays the number into a buffer of Java's and lets go of it at once (DJL
 * 0.35.1); what libtorch recorded reads it on the way back, when a garbage collection may have
 * freed it. Sums and comparisons record no number, and need no such care.
 */
public final class Scalars {
  private Scalars() {}

  /** Returns x · by. */
  public static NDArray mul(NDArray x, Number by) {
    try (NDArray number = NativeArrays.of(x.getManager(), by)) {
      return x.mul(number);
    }
  }

  /** Returns x / by. */
  public static NDArray div(NDArray x, Number by) {
    try (NDArray number = NativeArrays.of(x.getManager(), by)) {
      return x.div(number);
    }
  }

  /** Returns x to a power. */
  public static NDArray pow(NDArray x, Number exponent) {
    try (NDArray number = NativeArrays.of(x.getManager(), exponent)) {
      return x.pow(number);
    }
  }
}

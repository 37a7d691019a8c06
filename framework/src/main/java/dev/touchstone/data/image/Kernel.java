package dev.touchstone.data.image;

import java.util.function.DoubleUnaryOperator;

/**
 * By how much a pixel counts at a distance.
 *
 * @param support from which distance on it is nothing
 * @param weight at a distance, which may be negative
 */
record Kernel(double support, DoubleUnaryOperator weight) {
  /** Keys (1981), equation 8, with the slope that Pillow and TensorFlow take. */
  private static final double SLOPE = -0.5;

  static final Kernel BOX = new Kernel(0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0);
  static final Kernel TRIANGLE = new Kernel(1, x -> Math.max(0, 1 - Math.abs(x)));
  static final Kernel HAMMING = new Kernel(1, Kernel::hamming);
  static final Kernel CUBIC = new Kernel(2, Kernel::cubic);
  static final Kernel LANCZOS =
      new Kernel(3, x -> x >= -3 && x < 3 ? sinc(Math.PI * x) * sinc(Math.PI * x / 3) : 0);

  private static double hamming(double x) {
    double far = Math.PI * Math.abs(x);
    // Pillow's coefficients are of single precision.
    return far >= Math.PI ? 0 : sinc(far) * (0.54f + 0.46f * Math.cos(far));
  }

  private static double cubic(double x) {
    double far = Math.abs(x);
    if (far < 1) {
      return ((SLOPE + 2) * far - (SLOPE + 3)) * far * far + 1;
    }
    return far < 2 ? (((far - 5) * far + 8) * far - 4) * SLOPE : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x) / x;
  }
}

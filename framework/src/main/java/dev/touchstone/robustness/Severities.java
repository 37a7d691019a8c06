package dev.touchstone.robustness;

/**
 * The authors' constants: of CIFAR-10-C for images of at most 64 pixels a side, and of ImageNet-C
 * for larger ones.
 *
 * @param small by severity, from 1 to 5
 * @param large likewise
 */
record Severities(double[] small, double[] large) {
  private static final int LARGEST_SMALL = 64;

  static Severities of(double[] small, double... large) {
    return new Severities(small, large);
  }

  double at(int severity, int height, int width) {
    return (Math.max(height, width) <= LARGEST_SMALL ? small : large)[severity - 1];
  }
}

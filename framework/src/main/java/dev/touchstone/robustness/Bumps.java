package dev.touchstone.robustness;

/**
 * Two bumps of opposite signs beside each other in a square, of length 1 together (Andriushchenko
 * et al. 2020, equation 2): rectangles around each half's middle, the n-th of them adding 1 / n².
 *
 * @param side of the square
 * @param values row by row
 */
record Bumps(int side, double[] values) {

  /** Returns them one above the other, or turned. */
  static Bumps of(int side, boolean turned) {
    double[] values = new double[side * side];
    int half = side / 2;
    add(values, side, 0, half, 1);
    add(values, side, half, side - half, -1);
    double length = 0;
    for (double value : values) {
      length += value * value;
    }
    double[] scaled = new double[values.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        scaled[turned ? x * side + y : y * side + x] = values[y * side + x] / Math.sqrt(length);
      }
    }
    return new Bumps(side, scaled);
  }

  double at(int y, int x) {
    return values[y * side + x];
  }

  /** One bump of length 1 in some rows. */
  private static void add(double[] values, int side, int top, int rows, int sign) {
    double[] bump = new double[rows * side];
    int up = rows / 2;
    int left = side / 2;
    double length = 0;
    for (int n = 1; n <= Math.max(rows / 2, side / 2) + 1; n++, up--, left--) {
      for (int y = Math.max(up, 0); y < Math.min(up + 2 * n - 1, rows); y++) {
        for (int x = Math.max(left, 0); x < Math.min(left + 2 * n - 1, side); x++) {
          bump[y * side + x] += 1.0 / (n * n);
        }
      }
    }
    for (double value : bump) {
      length += value * value;
    }
    for (int k = 0; k < bump.length; k++) {
      values[top * side + k] = sign * bump[k] / Math.sqrt(length);
    }
  }
}

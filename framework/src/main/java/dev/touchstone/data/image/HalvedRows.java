package dev.touchstone.data.image;

/**
 * A component of a JPEG image that is stored for every other row alone (4:4:0, as 4:2:2 becomes
 * when it is turned on its side). libjpeg-turbo, which Pillow calls, puts the rows between in
 * proportion to their neighbours; libjpeg 6b, which most Java runtimes contain, repeats each row.
 */
final class HalvedRows {
  private HalvedRows() {}

  /**
   * Puts repeated rows in proportion, where they are repeated.
   *
   * @param samples of all components, {@code components} of a pixel beside each other; changed
   * @param component which of them
   */
  static void smooth(byte[] samples, int height, int width, int components, int component) {
    if (!areRepeated(samples, height, width, components, component)) {
      return;
    }
    int line = width * components;
    int stored = (height + 1) / 2;
    byte[][] rows = new byte[stored][width];
    for (int row = 0; row < stored; row++) {
      for (int x = 0; x < width; x++) {
        rows[row][x] = samples[2 * row * line + x * components + component];
      }
    }
    for (int y = 0; y < height; y++) {
      int own = y / 2;
      boolean upper = y % 2 == 0;
      int neighbour = upper ? Math.max(0, own - 1) : Math.min(stored - 1, own + 1);
      int rounding = upper ? 1 : 2;
      for (int x = 0; x < width; x++) {
        int sum = 3 * (rows[own][x] & 0xff) + (rows[neighbour][x] & 0xff);
        samples[y * line + x * components + component] = (byte) (sum + rounding >> 2);
      }
    }
  }

  private static boolean areRepeated(
      byte[] samples, int height, int width, int components, int component) {
    int line = width * components;
    for (int y = 1; y < height; y += 2) {
      for (int i = component; i < line; i += components) {
        if (samples[y * line + i] != samples[(y - 1) * line + i]) {
          return false;
        }
      }
    }
    return true;
  }
}

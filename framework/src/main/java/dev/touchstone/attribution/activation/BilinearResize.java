package dev.touchstone.attribution.activation;

/**
 * Resizes an image of one channel by linear interpolation in both directions, the corners of both
 * images on each other, and pixels read at their centres: {@code mode="bilinear",
 * align_corners=False} of PyTorch.
 *
 * @param rows where each row of the result is read
 * @param columns where each of its columns is read
 */
record BilinearResize(Axis rows, Axis columns) {

  /**
   * Places on an axis between two pixels each.
   *
   * @param first the pixel before
   * @param second the pixel behind, or the same at the border
   * @param share of the second
   */
  private record Axis(int[] first, int[] second, double[] share) {

    static Axis of(int from, int to) {
      Axis axis = new Axis(new int[to], new int[to], new double[to]);
      for (int i = 0; i < to; i++) {
        double place = Math.max(0, (i + 0.5) * from / to - 0.5);
        int before = Math.min((int) place, from - 1);
        axis.first[i] = before;
        axis.second[i] = Math.min(before + 1, from - 1);
        axis.share[i] = place - before;
      }
      return axis;
    }
  }

  /** From one size to another. */
  static BilinearResize of(int height, int width, int toHeight, int toWidth) {
    return new BilinearResize(Axis.of(height, toHeight), Axis.of(width, toWidth));
  }

  /**
   * Resizes an image.
   *
   * @param image row-major
   * @param width of a row of it
   */
  double[] apply(double[] image, int width) {
    int tall = rows.share.length;
    int wide = columns.share.length;
    double[] resized = new double[tall * wide];
    for (int y = 0; y < tall; y++) {
      int above = rows.first[y] * width;
      int below = rows.second[y] * width;
      for (int x = 0; x < wide; x++) {
        double top = between(image[above + columns.first[x]], image[above + columns.second[x]], x);
        double low = between(image[below + columns.first[x]], image[below + columns.second[x]], x);
        resized[y * wide + x] = top + rows.share[y] * (low - top);
      }
    }
    return resized;
  }

  private double between(double left, double right, int x) {
    return left + columns.share[x] * (right - left);
  }
}

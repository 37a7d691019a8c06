package dev.touchstone.evidence.figure;

import java.util.function.IntToDoubleFunction;

/**
 * How an image is made small enough for a figure: the pixels that fall together are averaged.
 *
 * @param height of the image
 * @param width of the image
 * @param rows of the picture
 * @param columns of the picture
 */
record Shrinking(int height, int width, int rows, int columns) {

  /** Whether a picture is small enough. */
  static boolean isSmall(int height, int width) {
    return Math.min(height, width) >= 1 && Math.max(height, width) <= Thumbnail.LONGEST_EDGE;
  }

  /** Shrinks as little as has to be, and alike in both directions. */
  static Shrinking of(int height, int width, int mostPixels) {
    double scale =
        Math.min(
            Math.min(1, (double) Thumbnail.LONGEST_EDGE / Math.max(height, width)),
            Math.sqrt((double) mostPixels / height / width));
    return new Shrinking(
        height, width, Math.max(1, (int) (height * scale)), Math.max(1, (int) (width * scale)));
  }

  /** The mean over what falls into each pixel of the picture, row-major. */
  double[] means(IntToDoubleFunction image) {
    double[] means = new double[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        means[row * columns + column] = mean(image, row, column);
      }
    }
    return means;
  }

  private double mean(IntToDoubleFunction image, int row, int column) {
    int top = (int) ((long) row * height / rows);
    int bottom = (int) ((long) (row + 1) * height / rows);
    int left = (int) ((long) column * width / columns);
    int right = (int) ((long) (column + 1) * width / columns);
    double sum = 0;
    for (int r = top; r < bottom; r++) {
      for (int c = left; c < right; c++) {
        sum += image.applyAsDouble(r * width + c);
      }
    }
    return sum / ((bottom - top) * (right - left));
  }
}

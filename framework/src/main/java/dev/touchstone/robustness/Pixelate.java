package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Shrinks the image to a share c of its height and width, each new pixel the mean of those whose
 * centres it covers, and enlarges it likewise.
 */
public final class Pixelate implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.95, .9, .85, .75, .65}, .6, .5, .4, .3, .25);

  private Pixelate() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static Pixelate withDefaults() {
    return new Pixelate();
  }

  @Override
  public String name() {
    return "pixelate";
  }

  @Override
  public double[] corrupt(
      double[] image,
      int channels,
      int height,
      int width,
      int severity,
      UniformRandomProvider random) {
    double c = SEVERITIES.at(severity, height, width);
    int rows = Math.max(1, (int) (height * c));
    int columns = Math.max(1, (int) (width * c));
    double[] shrunk = resized(image, channels, height, width, rows, columns);
    return resized(shrunk, channels, rows, columns, height, width);
  }

  private static double[] resized(
      double[] image, int channels, int height, int width, int toHeight, int toWidth) {
    double[] out = new double[channels * toHeight * toWidth];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < toHeight; y++) {
        int[] rows = covered(y, height, toHeight);
        for (int x = 0; x < toWidth; x++) {
          int[] columns = covered(x, width, toWidth);
          double sum = 0;
          for (int i = rows[0]; i < rows[1]; i++) {
            for (int j = columns[0]; j < columns[1]; j++) {
              sum += image[(channel * height + i) * width + j];
            }
          }
          int count = (rows[1] - rows[0]) * (columns[1] - columns[0]);
          out[(channel * toHeight + y) * toWidth + x] = sum / count;
        }
      }
    }
    return out;
  }

  /** The first source pixel of a new one, and the one behind the last, as Pillow's box has them. */
  private static int[] covered(int place, int size, int to) {
    double scale = (double) size / to;
    double reach = Math.max(scale, 1) / 2;
    double centre = (place + 0.5) * scale;
    int from = Math.max(0, (int) (centre - reach + 0.5));
    int end = Math.min(size, (int) (centre + reach + 0.5));
    // Of the pixels around, those whose centre lies in (-reach, reach] of the new centre.
    while (from + 1 < end && from + 0.5 - centre <= -reach) {
      from++;
    }
    while (end - 1 > from && end - 0.5 - centre > reach) {
      end--;
    }
    return new int[] {from, end};
  }
}

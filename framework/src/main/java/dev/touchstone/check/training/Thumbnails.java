package dev.touchstone.check.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.figure.Thumbnail;
import java.util.Optional;

/** Small pictures of examples that are images. */
final class Thumbnails {
  /** How many examples of one figure are pictured: what a person looks at. */
  static final int MOST = 24;

  /**
   * So that a figure's pictures stay below 100 kB in a verdict file: grey 55 x 55, colour 32 x 32.
   */
  private static final int MOST_BYTES = 3072;

  private Thumbnails() {}

  /**
   * An example, made smaller where it is too large by averaging the pixels that fall together.
   * Values within [0, 1] are shown as they are, others from the image's least to its largest.
   *
   * @return nothing where examples are not images of shape {@code [1 or 3, height, width]}
   */
  static Optional<Thumbnail> of(Dataset data, int example) {
    int[] shape = data.shape();
    if (shape.length != 3 || (shape[0] != 1 && shape[0] != 3)) {
      return Optional.empty();
    }
    return Optional.of(of(data.batch(example).values(), shape[0], shape[1], shape[2]));
  }

  private static Thumbnail of(float[] pixels, int channels, int height, int width) {
    double scale =
        Math.min(
            Math.min(1, (double) Thumbnail.LONGEST_EDGE / Math.max(height, width)),
            Math.sqrt((double) MOST_BYTES / channels / height / width));
    int rows = Math.max(1, (int) (height * scale));
    int columns = Math.max(1, (int) (width * scale));
    float least = 0;
    float range = 1;
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float pixel : pixels) {
      smallest = Math.min(smallest, pixel);
      largest = Math.max(largest, pixel);
    }
    if (smallest < 0 || largest > 1) {
      least = smallest;
      range = largest > smallest ? largest - smallest : 1;
    }
    byte[] levels = new byte[channels * rows * columns];
    for (int c = 0; c < channels; c++) {
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < columns; k++) {
          double mean =
              mean(
                  pixels,
                  c * height * width,
                  width,
                  new int[] {r * height / rows, (r + 1) * height / rows},
                  new int[] {k * width / columns, (k + 1) * width / columns});
          levels[(c * rows + r) * columns + k] =
              (byte) Math.round(Math.max(0, Math.min(1, (mean - least) / range)) * 255);
        }
      }
    }
    return new Thumbnail(rows, columns, channels, levels);
  }

  /** The mean over rows and columns, each from the first to before the last. */
  private static double mean(float[] pixels, int offset, int width, int[] rows, int[] columns) {
    double sum = 0;
    for (int row = rows[0]; row < rows[1]; row++) {
      for (int column = columns[0]; column < columns[1]; column++) {
        sum += pixels[offset + row * width + column];
      }
    }
    return sum / ((rows[1] - rows[0]) * (columns[1] - columns[0]));
  }
}

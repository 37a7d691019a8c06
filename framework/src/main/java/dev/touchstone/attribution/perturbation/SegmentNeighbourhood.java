package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Images of which some segments were taken away, each with a chance of one half. Draws come in
 * pairs: what one keeps the other takes away, so that what segments do together, in pairs, leaves
 * the coefficients alone.
 */
final class SegmentNeighbourhood implements Neighbourhood {
  private final float[] image;
  private final float[] hidden;
  private final int[] segmentOf;
  private final int[] shape;
  private final double[][] kept;

  /**
   * Makes a neighbourhood of given rows.
   *
   * @param image its values
   * @param hidden what stands where a segment was taken away
   * @param segmentOf the segment of each value
   * @param shape of one image
   * @param kept 1 where a segment is kept, else 0; all of them in the first row
   */
  SegmentNeighbourhood(
      float[] image, float[] hidden, int[] segmentOf, int[] shape, double[][] kept) {
    this.image = image;
    this.hidden = hidden;
    this.segmentOf = segmentOf;
    this.shape = shape;
    this.kept = kept;
  }

  /** Draws the image itself and then pairs; of an even number the last one is alone. */
  static double[][] draw(int segments, int rows, UniformRandomProvider random) {
    double[][] kept = new double[rows][segments];
    Arrays.fill(kept[0], 1);
    for (int i = 1; i < rows; i++) {
      for (int j = 0; j < segments; j++) {
        kept[i][j] = i % 2 == 0 ? 1 - kept[i - 1][j] : random.nextBoolean() ? 1 : 0;
      }
    }
    return kept;
  }

  @Override
  public double[][] interpretable() {
    return kept;
  }

  @Override
  public double distance(int row) {
    return cosine(kept[row]);
  }

  /** The cosine distance from all that is kept: {@code 1 − √(m / d)} with m of d kept. */
  static double cosine(double... kept) {
    return 1 - Math.sqrt(Arrays.stream(kept).sum() / kept.length);
  }

  @Override
  public int[] draws() {
    return IntStream.range(0, kept.length).map(row -> (row + 1) / 2).toArray();
  }

  @Override
  public Inputs rows(int from, int to) {
    int width = image.length;
    float[] values = new float[Math.multiplyExact(to - from, width)];
    IntStream.range(from, to)
        .parallel()
        .forEach(
            row -> {
              double[] keeps = kept[row];
              int at = (row - from) * width;
              for (int j = 0; j < width; j++) {
                values[at + j] = keeps[segmentOf[j]] == 1 ? image[j] : hidden[j];
              }
            });
    int[] batch = new int[shape.length + 1];
    batch[0] = to - from;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    return Inputs.of(Tensor.of(values, batch));
  }
}

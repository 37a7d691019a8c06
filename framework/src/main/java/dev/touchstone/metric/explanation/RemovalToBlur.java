package dev.touchstone.metric.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * The image, blurred by a Gaussian that is cut off at four deviations and mirrored at the edges.
 *
 * @param deviation in pixels
 */
record RemovalToBlur(double deviation) implements Removal {
  private static final double CUT_OFF = 4;

  RemovalToBlur {
    if (!(deviation > 0 && deviation < 1000)) {
      throw new IllegalArgumentException(
          "a blur's deviation is a positive number of pixels, was " + deviation);
    }
  }

  @Override
  public void require(Dataset data) {
    if (data.shape().length != 3) {
      throw new TouchstoneException(
          "examples of %s have the shape %s and are no images, so that nothing can be blurred; write Removal.toMean() or Removal.to(…)"
              .formatted(data.name(), Arrays.toString(data.shape())));
    }
  }

  @Override
  public float[][] of(Explained explained) {
    int[] shape = explained.examples().shape();
    double[] kernel = kernel();
    float[][] rows = new float[explained.size()][];
    for (int i = 0; i < rows.length; i++) {
      float[] row = explained.row(i);
      rows[i] = blurred(row, shape, kernel);
    }
    return rows;
  }

  private double[] kernel() {
    int reach = (int) Math.ceil(CUT_OFF * deviation);
    double[] kernel = new double[2 * reach + 1];
    Arrays.setAll(
        kernel, i -> Math.exp(-(i - reach) * (double) (i - reach) / (2 * deviation * deviation)));
    double sum = Arrays.stream(kernel).sum();
    Arrays.setAll(kernel, i -> kernel[i] / sum);
    return kernel;
  }

  private static float[] blurred(float[] image, int[] shape, double[] kernel) {
    int height = shape[1];
    int width = shape[2];
    float[] across = new float[image.length];
    float[] both = new float[image.length];
    int reach = kernel.length / 2;
    for (int place = 0; place < image.length; place++) {
      int column = place % width;
      double sum = 0;
      for (int k = -reach; k <= reach; k++) {
        sum += kernel[k + reach] * image[place - column + mirrored(column + k, width)];
      }
      across[place] = (float) sum;
    }
    for (int place = 0; place < image.length; place++) {
      int row = place / width % height;
      int top = place - row * width;
      double sum = 0;
      for (int k = -reach; k <= reach; k++) {
        sum += kernel[k + reach] * across[top + mirrored(row + k, height) * width];
      }
      both[place] = (float) sum;
    }
    return both;
  }

  /** … c b a | a b c … (as SciPy's "reflect"). */
  private static int mirrored(int index, int size) {
    int place = Math.floorMod(index, 2 * size);
    return place < size ? place : 2 * size - 1 - place;
  }

  @Override
  public String toString() {
    return "the image blurred by %s pixels".formatted(deviation);
  }
}

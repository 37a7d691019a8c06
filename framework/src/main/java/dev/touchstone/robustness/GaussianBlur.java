package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Blurs by a normal kernel of standard deviation c pixels, cut off at 4 c; the border is repeated.
 */
public final class GaussianBlur implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.4, .6, .7, .8, 1}, 1, 2, 3, 4, 6);

  private GaussianBlur() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static GaussianBlur withDefaults() {
    return new GaussianBlur();
  }

  @Override
  public String name() {
    return "Gaussian blur";
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
    int reach = (int) (4 * c + 0.5);
    double[] kernel = new double[2 * reach + 1];
    double sum = 0;
    for (int k = -reach; k <= reach; k++) {
      kernel[k + reach] = Math.exp(-0.5 * k * k / (c * c));
      sum += kernel[k + reach];
    }
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] /= sum;
    }
    double[] rows = new double[image.length];
    double[] blurred = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      int x = i % width;
      for (int k = -reach; k <= reach; k++) {
        rows[i] += kernel[k + reach] * image[i - x + within(x + k, width)];
      }
    }
    for (int i = 0; i < image.length; i++) {
      int x = i % width;
      int y = i / width % height;
      int channel = i / (height * width);
      for (int k = -reach; k <= reach; k++) {
        blurred[i] +=
            kernel[k + reach] * rows[(channel * height + within(y + k, height)) * width + x];
      }
    }
    return blurred;
  }

  private static int within(int place, int size) {
    return Math.min(Math.max(place, 0), size - 1);
  }
}

package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Raises the value of every pixel, the largest of its channels (HSV), by c, and keeps hue and
 * saturation.
 */
public final class Brightness implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.05, .1, .15, .2, .3}, .1, .2, .3, .4, .5);

  private Brightness() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static Brightness withDefaults() {
    return new Brightness();
  }

  @Override
  public String name() {
    return "brightness";
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
    double[] corrupted = new double[image.length];
    int pixels = height * width;
    for (int pixel = 0; pixel < pixels; pixel++) {
      double value = 0;
      for (int i = pixel; i < image.length; i += pixels) {
        value = Math.max(value, image[i]);
      }
      double raised = Math.min(1, value + c);
      for (int i = pixel; i < image.length; i += pixels) {
        // Black has no hue, and becomes grey.
        corrupted[i] = value > 0 ? image[i] * raised / value : raised;
      }
    }
    return corrupted;
  }
}

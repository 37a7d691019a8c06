package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;

/** Moves every value towards its channel's mean m: m + c (x - m). */
public final class Contrast implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.75, .5, .4, .3, .15}, .4, .3, .2, .1, .05);

  private Contrast() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static Contrast withDefaults() {
    return new Contrast();
  }

  @Override
  public String name() {
    return "contrast";
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
    for (int channel = 0; channel < channels; channel++) {
      double mean = 0;
      for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
        mean += image[i] / pixels;
      }
      for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
        corrupted[i] = mean + c * (image[i] - mean);
      }
    }
    return corrupted;
  }
}

package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.PoissonSampler;

/** Counts light in c grains a pixel: a Poisson number of mean c x, over c. */
public final class ShotNoise implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {500, 250, 100, 75, 50}, 60, 25, 12, 5, 3);

  private ShotNoise() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static ShotNoise withDefaults() {
    return new ShotNoise();
  }

  @Override
  public String name() {
    return "shot noise";
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
    for (int i = 0; i < corrupted.length; i++) {
      double mean = c * image[i];
      corrupted[i] = mean > 0 ? PoissonSampler.of(random, mean).sample() / c : 0;
    }
    return corrupted;
  }
}

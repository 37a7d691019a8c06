package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Adds normal noise whose deviation is c times the value: brighter pixels are noisier. */
public final class SpeckleNoise implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.06, .1, .12, .16, .2}, .15, .2, .35, .45, .6);

  private SpeckleNoise() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static SpeckleNoise withDefaults() {
    return new SpeckleNoise();
  }

  @Override
  public String name() {
    return "speckle noise";
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
    ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
    double[] corrupted = image.clone();
    for (int i = 0; i < corrupted.length; i++) {
      corrupted[i] += c * corrupted[i] * gaussian.sample();
    }
    return corrupted;
  }
}

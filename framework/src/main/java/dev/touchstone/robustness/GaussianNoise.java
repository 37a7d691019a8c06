package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Adds normal noise of standard deviation c to every value: a sensor in poor light. */
public final class GaussianNoise implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.04, .06, .08, .09, .10}, .08, .12, .18, .26, .38);

  private GaussianNoise() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static GaussianNoise withDefaults() {
    return new GaussianNoise();
  }

  @Override
  public String name() {
    return "Gaussian noise";
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
      corrupted[i] += c * gaussian.sample();
    }
    return corrupted;
  }
}

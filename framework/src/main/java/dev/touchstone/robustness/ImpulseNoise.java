package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;

/** Sets a share c of the values to 0 or 1, either with the same probability: salt and pepper. */
public final class ImpulseNoise implements ImageCorruption {
  private static final Severities SEVERITIES =
      Severities.of(new double[] {.01, .02, .03, .05, .07}, .03, .06, .09, .17, .27);

  private ImpulseNoise() {}

  /** Returns the corruption; it has no settings but its severity. */
  public static ImpulseNoise withDefaults() {
    return new ImpulseNoise();
  }

  @Override
  public String name() {
    return "impulse noise";
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
    double[] corrupted = image.clone();
    for (int i = 0; i < corrupted.length; i++) {
      if (random.nextDouble() < c) {
        corrupted[i] = random.nextBoolean() ? 1 : 0;
      }
    }
    return corrupted;
  }
}

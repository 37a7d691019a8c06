package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gaussian noise around the example, in antithetic pairs: the samples of {@link SmoothGrad}. */
public final class NoiseOfInterest extends DistributionOfInterest {
  private final Noise noise;

  NoiseOfInterest(Noise noise) {
    this.noise = noise;
  }

  /**
   * Takes another number of samples.
   *
   * @throws IllegalArgumentException unless it is positive and even: noise comes in pairs
   */
  public NoiseOfInterest withSamples(int number) {
    return new NoiseOfInterest(noise.withSamples(number));
  }

  /**
   * Takes another amount of noise.
   *
   * @param shareOfRange σ as a share of an example's largest minus smallest value, positive
   */
  public NoiseOfInterest withNoise(double shareOfRange) {
    return new NoiseOfInterest(noise.withShareOfRange(shareOfRange));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(noise.settings());
    settings.put("over", "noise");
    return settings;
  }

  @Override
  Attribution average(InnerValue inner, Tensor batch, Quantity quantity, RunContext context) {
    Noise.Sampled sampled =
        noise.maps(
            inner.slice().gradients(context), batch, quantity, PairMeans::ofGradients, context);
    return sampled.toldBy(inner.explained(sampled.maps(), batch, quantity, Noise.RULE));
  }
}

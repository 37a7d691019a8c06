package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A map that is made of the gradients at samples of noise around an example: what these methods
 * share.
 *
 * @param <T> the method itself
 */
abstract class NoiseMethod<T extends NoiseMethod<T>> implements AttributionMethod {
  private final Noise noise;

  NoiseMethod(Noise noise) {
    this.noise = noise;
  }

  /** The same method with other noise. */
  abstract T with(Noise other);

  /** What becomes of one example's gradients. */
  abstract Supplier<Noise.Pairs> pairs();

  /** What the map is of the gradients; empty where the name says it. */
  abstract String map();

  /**
   * Takes another number of samples.
   *
   * @throws IllegalArgumentException unless it is positive and even, as noise comes in pairs; of a
   *     variance at least 4, as one pair has none that could be told from its mean's
   */
  public final T withSamples(int number) {
    requireSamples(number);
    return with(noise.withSamples(number));
  }

  /** Refuses a number of samples that is too small for what is made of them. */
  void requireSamples(int number) {}

  /**
   * Takes another amount of noise.
   *
   * @param shareOfRange σ as a share of an example's largest minus smallest value, positive
   */
  public final T withNoise(double shareOfRange) {
    return with(noise.withShareOfRange(shareOfRange));
  }

  @Override
  public final Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(noise.settings());
    if (!map().isEmpty()) {
      settings.put("map", map());
    }
    return settings;
  }

  final Noise noise() {
    return noise;
  }

  @Override
  public final void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public final Attribution attribute(
      Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  /** Explains examples of several inputs of numbers, each with noise of its own range. */
  @Override
  public final Attribution attribute(
      Model model, Inputs batch, Quantity quantity, RunContext context) {
    InputGradients source = model.require(InputGradients.class, name(), Gradient.CURE);
    return noise.attribute(model, source, batch, name(), quantity, pairs(), context);
  }

  @Override
  public final String toString() {
    return name() + settings();
  }
}

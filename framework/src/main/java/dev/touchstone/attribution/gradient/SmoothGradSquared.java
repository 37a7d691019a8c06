package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * SmoothGrad²: {@code M = (1/N) Σ (∇ₓ f_c(x + εᵢ))²}, ε ~ N(0, σ²), the mean of squared gradients
 * (Hooker et al. 2019, whose code squares each sample; Captum's {@code smoothgrad_sq}). The thesis
 * (section 3.2, "SGradSQ") writes the square of SmoothGrad: {@link #squaringTheMean()}.
 *
 * <p>Noise as in {@link SmoothGrad}, the very same samples. The {@link Fidelity#STANDARD_ERROR
 * standard error} is the one over pairs ±ε; of a squared mean, to first order, 2|m| times that of
 * the mean m.
 */
public final class SmoothGradSquared implements AttributionMethod {
  private final Noise noise;
  private final boolean ofMean;

  private SmoothGradSquared(Noise noise, boolean ofMean) {
    this.noise = noise;
    this.ofMean = ofMean;
  }

  /** Takes the mean of squares over 50 samples with σ at 15 % of the example's range. */
  public static SmoothGradSquared withDefaults() {
    return new SmoothGradSquared(Noise.withDefaults(), false);
  }

  /** Takes the square of the mean, as the thesis writes it. */
  public SmoothGradSquared squaringTheMean() {
    return new SmoothGradSquared(noise, true);
  }

  /**
   * Takes another number of samples.
   *
   * @throws IllegalArgumentException unless it is positive and even: noise comes in pairs
   */
  public SmoothGradSquared withSamples(int number) {
    return new SmoothGradSquared(noise.withSamples(number), ofMean);
  }

  /**
   * Takes another amount of noise.
   *
   * @param shareOfRange σ as a share of an example's largest minus smallest value, positive
   */
  public SmoothGradSquared withNoise(double shareOfRange) {
    return new SmoothGradSquared(noise.withShareOfRange(shareOfRange), ofMean);
  }

  @Override
  public boolean signed() {
    return false;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(noise.settings());
    settings.put("map", ofMean ? "squared mean" : "mean of squares");
    return settings;
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  /** Explains examples of several inputs of numbers, each with noise of its own range. */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    InputGradients source = model.require(InputGradients.class, name(), Gradient.CURE);
    return noise.attribute(source, batch, name(), quantity, ofMean ? PairStatistic::squaredMean : PairMeans::ofSquares, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

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
 * VarGrad: {@code M = Var[∇ₓ f_c(x + ε)]}, ε ~ N(0, σ²), the variance of the gradient over noise
 * (Adebayo et al. 2018). The thesis (section 3.2, "VGrad") takes it of its own gradient map, which
 * is absolute: {@link #withAbsoluteGradient()}.
 *
 * <p>Noise as in {@link SmoothGrad}, the very same samples. The estimate has no bias: what the mean
 * of finitely many samples varies by is taken account of, so that a value that is next to 0 may
 * come out below it. Captum divides by the number of samples and leaves the bias.
 *
 * <p>The {@link Fidelity#STANDARD_ERROR standard error} is the one over pairs ±ε, to first order.
 */
public final class VarGrad implements AttributionMethod {
  private final Noise noise;
  private final boolean absolute;

  private VarGrad(Noise noise, boolean absolute) {
    this.noise = noise;
    this.absolute = absolute;
  }

  /** Takes 50 samples with σ at 15 % of the example's range, and gradients with their signs. */
  public static VarGrad withDefaults() {
    return new VarGrad(Noise.withDefaults(), false);
  }

  /** Takes the variance of the absolute gradient, as in the thesis. */
  public VarGrad withAbsoluteGradient() {
    return new VarGrad(noise, true);
  }

  /**
   * Takes another number of samples.
   *
   * @throws IllegalArgumentException unless it is even and at least 4: noise comes in pairs, and
   *     one pair has no variance that could be told from its mean's
   */
  public VarGrad withSamples(int number) {
    if (number < 4) {
      throw new IllegalArgumentException(
          "a variance needs two pairs ±ε at least: an even number of samples from 4 on, was "
              + number);
    }
    return new VarGrad(noise.withSamples(number), absolute);
  }

  /**
   * Takes another amount of noise.
   *
   * @param shareOfRange σ as a share of an example's largest minus smallest value, positive
   */
  public VarGrad withNoise(double shareOfRange) {
    return new VarGrad(noise.withShareOfRange(shareOfRange), absolute);
  }

  @Override
  public boolean signed() {
    return false;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(noise.settings());
    settings.put("map", absolute ? "variance of |gradient|" : "variance of gradient");
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
    return noise.attribute(source, batch, name(), quantity, absolute ? PairStatistic::varianceOfMagnitudes : PairStatistic::variance, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

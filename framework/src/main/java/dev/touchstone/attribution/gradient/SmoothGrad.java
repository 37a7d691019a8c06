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
import java.util.Map;

/**
 * SmoothGrad: {@code M = (1/N) Σ ∇ₓ f_c(x + εᵢ)}, ε ~ N(0, σ²) (Smilkov et al. 2017; thesis,
 * section 3.2), signed. σ is a share of the example's own range, as in the paper.
 *
 * <p>The noise is antithetic: every ε is used with both signs, which needs fewer samples at equal
 * error. It is drawn from a stream named by the example's values, so that neither the order of a
 * batch nor its neighbours change a map.
 *
 * <p>A pair's mean is one sample, so that the {@link Fidelity#STANDARD_ERROR standard error} of the
 * map is the one over pairs: 0 where the gradient is linear over the noise, since then every pair
 * has the same mean. It says how far other noise would move the map, and nothing of whether σ suits
 * the model.
 */
public final class SmoothGrad implements AttributionMethod {
  private final Noise noise;

  private SmoothGrad(Noise noise) {
    this.noise = noise;
  }

  /** Takes 50 samples with σ at 15 % of the example's range. */
  public static SmoothGrad withDefaults() {
    return new SmoothGrad(Noise.withDefaults());
  }

  /**
   * Takes another number of samples.
   *
   * @throws IllegalArgumentException unless it is positive and even: noise comes in pairs
   */
  public SmoothGrad withSamples(int number) {
    return new SmoothGrad(noise.withSamples(number));
  }

  /**
   * Takes another amount of noise.
   *
   * @param shareOfRange σ as a share of an example's largest minus smallest value, positive
   */
  public SmoothGrad withNoise(double shareOfRange) {
    return new SmoothGrad(noise.withShareOfRange(shareOfRange));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    return noise.settings();
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
    return noise.attribute(source, batch, name(), quantity, PairMeans::ofGradients, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Fidelity;
import java.util.function.Supplier;

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
public final class SmoothGrad extends NoiseMethod<SmoothGrad> {
  private SmoothGrad(Noise noise) {
    super(noise);
  }

  /** Takes 50 samples with σ at 15 % of the example's range. */
  public static SmoothGrad withDefaults() {
    return new SmoothGrad(Noise.withDefaults());
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  SmoothGrad with(Noise other) {
    return new SmoothGrad(other);
  }

  @Override
  Supplier<Noise.Pairs> pairs() {
    return PairMeans::ofGradients;
  }

  @Override
  String map() {
    return "";
  }
}

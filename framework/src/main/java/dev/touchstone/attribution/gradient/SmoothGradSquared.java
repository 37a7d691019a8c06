package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Fidelity;
import java.util.function.Supplier;

/**
 * SmoothGrad²: {@code M = (1/N) Σ (∇ₓ f_c(x + εᵢ))²}, ε ~ N(0, σ²), the mean of squared gradients
 * (Hooker et al. 2019, whose code squares each sample; Captum's {@code smoothgrad_sq}). The thesis
 * (section 3.2, "SGradSQ") writes the square of SmoothGrad: {@link #squaringTheMean()}.
 *
 * <p>Noise as in {@link SmoothGrad}, the very same samples. The {@link Fidelity#STANDARD_ERROR
 * standard error} is the one over pairs ±ε; of a squared mean, to first order, 2|m| times that of
 * the mean m.
 */
public final class SmoothGradSquared extends NoiseMethod<SmoothGradSquared> {
  private final boolean ofMean;

  private SmoothGradSquared(Noise noise, boolean ofMean) {
    super(noise);
    this.ofMean = ofMean;
  }

  /** Takes the mean of squares over 50 samples with σ at 15 % of the example's range. */
  public static SmoothGradSquared withDefaults() {
    return new SmoothGradSquared(Noise.withDefaults(), false);
  }

  /** Takes the square of the mean, as the thesis writes it. */
  public SmoothGradSquared squaringTheMean() {
    return new SmoothGradSquared(noise(), true);
  }

  @Override
  public boolean signed() {
    return false;
  }

  @Override
  SmoothGradSquared with(Noise other) {
    return new SmoothGradSquared(other, ofMean);
  }

  @Override
  Supplier<Noise.Pairs> pairs() {
    return ofMean ? PairStatistic::squaredMean : PairMeans::ofSquares;
  }

  @Override
  String map() {
    return ofMean ? "squared mean" : "mean of squares";
  }
}

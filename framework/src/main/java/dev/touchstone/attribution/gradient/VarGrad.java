package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Fidelity;
import java.util.function.Supplier;

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
public final class VarGrad extends NoiseMethod<VarGrad> {
  private final boolean absolute;

  private VarGrad(Noise noise, boolean absolute) {
    super(noise);
    this.absolute = absolute;
  }

  /** Takes 50 samples with σ at 15 % of the example's range, and gradients with their signs. */
  public static VarGrad withDefaults() {
    return new VarGrad(Noise.withDefaults(), false);
  }

  /** Takes the variance of the absolute gradient, as in the thesis. */
  public VarGrad withAbsoluteGradient() {
    return new VarGrad(noise(), true);
  }

  @Override
  void requireSamples(int number) {
    if (number < 4) {
      throw new IllegalArgumentException(
          "a variance needs two pairs ±ε at least: an even number of samples from 4 on, was "
              + number);
    }
  }

  @Override
  public boolean signed() {
    return false;
  }

  @Override
  VarGrad with(Noise other) {
    return new VarGrad(other, absolute);
  }

  @Override
  Supplier<Noise.Pairs> pairs() {
    return absolute ? PairStatistic::varianceOfMagnitudes : PairStatistic::variance;
  }

  @Override
  String map() {
    return absolute ? "variance of |gradient|" : "variance of gradient";
  }
}

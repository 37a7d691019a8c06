package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * Over which inputs a quantity's gradient is averaged (distribution of interest; Leino et al. 2018,
 * section 3): the example alone, the straight path to it, or noise around it.
 */
public abstract sealed class DistributionOfInterest
    permits PointOfInterest, PathOfInterest, NoiseOfInterest {

  DistributionOfInterest() {}

  /** Returns the example alone. */
  public static PointOfInterest point() {
    return PointOfInterest.ITSELF;
  }

  /** Returns the straight path of inputs from a baseline of zeros, in 20 steps. */
  public static PathOfInterest path() {
    return new PathOfInterest(Steps.withDefaults(), Baseline.of(0));
  }

  /** Returns 50 samples of noise, with σ at 15 % of the example's range. */
  public static NoiseOfInterest noise() {
    return new NoiseOfInterest(Noise.withDefaults());
  }

  /** Returns the settings that determine it. */
  public abstract Map<String, String> settings();

  /** The mean gradient at an inner value. */
  abstract Attribution average(
      InnerValue inner, Tensor batch, Quantity quantity, RunContext context);

  @Override
  public final boolean equals(Object other) {
    return other != null
        && getClass() == other.getClass()
        && settings().equals(((DistributionOfInterest) other).settings());
  }

  @Override
  public final int hashCode() {
    return settings().hashCode();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + settings();
  }
}

package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** The straight path of inputs from a baseline to the example, every point of it alike. */
public final class PathOfInterest extends DistributionOfInterest {
  private final Steps steps;
  private final Baseline baseline;

  PathOfInterest(Steps steps, Baseline baseline) {
    this.steps = steps;
    this.baseline = baseline;
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException unless it is positive and even
   */
  public PathOfInterest withSteps(int number) {
    return new PathOfInterest(steps.withNumber(number), baseline);
  }

  /**
   * Takes as many steps as each example needs; see {@link IntegratedGradients#withTolerance}.
   *
   * @throws IllegalArgumentException unless it is from 1e-6 to below 1
   */
  public PathOfInterest withTolerance(double share) {
    return new PathOfInterest(steps.withTolerance(share), baseline);
  }

  /**
   * Takes another baseline of the input.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public PathOfInterest withBaseline(float... values) {
    return new PathOfInterest(steps, Baseline.of(values));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(steps.settings());
    settings.put("over", "the path from a baseline");
    settings.put("baseline", baseline.describe());
    return settings;
  }

  @Override
  Attribution average(InnerValue inner, Tensor batch, Quantity quantity, RunContext context) {
    PathRule rule = PathRules.mean(inner.slice(), context);
    float[] from = baseline.sized(batch.rowSize());
    Steps.Bounded integrals = steps.maps(batch.rows(), rule, rule.integrals(from, batch, quantity));
    return integrals.toldBy(inner.explained(integrals.maps(), batch, quantity, rule.name()));
  }
}

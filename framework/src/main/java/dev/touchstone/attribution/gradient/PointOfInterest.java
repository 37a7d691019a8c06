package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/** The example alone. */
public final class PointOfInterest extends DistributionOfInterest {
  static final PointOfInterest ITSELF = new PointOfInterest();

  private PointOfInterest() {}

  @Override
  public Map<String, String> settings() {
    return Map.of("over", "the example");
  }

  @Override
  Attribution average(InnerValue inner, Tensor batch, Quantity quantity, RunContext context) {
    double[][] maps = inner.slice().gradients(context).atEach(batch, quantity);
    return inner.explained(maps, batch, quantity, Gradient.RULE);
  }
}

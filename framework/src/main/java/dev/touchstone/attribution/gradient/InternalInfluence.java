package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The influence of every number y of the value behind a node: {@code M = E[∂q/∂y]} over a
 * distribution of inputs, where q is any quantity of the scores (distributional influence; Leino et
 * al. 2018, equation 1; what TruLens computes of a cut, a distribution and a quantity of interest).
 * Signed; maps have the shape of y.
 *
 * <p>By default the distribution is the straight path from zeros, every point alike, as in Captum.
 * There the gradient is averaged by Gauss-Legendre where the network has no kink, and else by the
 * slope of what follows y over each step.
 */
public final class InternalInfluence implements AttributionMethod {
  private final String node;
  private final DistributionOfInterest distribution;

  private InternalInfluence(String node, DistributionOfInterest distribution) {
    this.node = node;
    this.distribution = distribution;
  }

  /**
   * Averages over the straight path from zeros.
   *
   * @param node the name of the node, as {@link dev.touchstone.graph.WhiteBox#taps} lists them
   */
  public static InternalInfluence at(String node) {
    return new InternalInfluence(node, DistributionOfInterest.path());
  }

  /** Averages over other inputs. */
  public InternalInfluence over(DistributionOfInterest inputs) {
    return new InternalInfluence(node, inputs);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public boolean explainsInputs() {
    return false;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(distribution.settings());
    settings.put("node", node);
    return settings;
  }

  @Override
  public void require(Model model) {
    InnerValue.of(model, node, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return distribution.average(InnerValue.of(model, node, name()), batch, quantity, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

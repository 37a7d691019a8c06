package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The conductance of every number y of the value behind a node: how much of {@link
 * IntegratedGradients} flows through it, {@code M = ∫₀¹ ∂f_c/∂y · dy/dα dα} along the straight path
 * of inputs from a baseline (Dhamdhere et al. 2019, definition 1). Maps have the shape of y.
 *
 * <p>It is taken by secants: the slope of what follows y over a step of the path, times the step
 * that y makes. So where all of the network passes through the node, conductances sum to the rise
 * of the quantity to the last digit at any number of steps, and then the {@link
 * Fidelity#COMPLETENESS_RESIDUAL completeness residual} is measured. A network without secants has
 * the gradient at the middle of each step instead. (Captum's has it at the beginning, which makes
 * its error fall like 1/N.)
 */
public final class LayerConductance implements AttributionMethod {
  private final String node;
  private final Steps steps;
  private final Baseline baseline;

  private LayerConductance(String node, Steps steps, Baseline baseline) {
    this.node = node;
    this.steps = steps;
    this.baseline = baseline;
  }

  /**
   * Takes 20 steps from a baseline of zeros.
   *
   * @param node the name of the node, as {@link dev.touchstone.graph.WhiteBox#taps} lists them
   */
  public static LayerConductance at(String node) {
    return new LayerConductance(node, Steps.withDefaults(), Baseline.of(0));
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException unless it is positive and even
   */
  public LayerConductance withSteps(int number) {
    return new LayerConductance(node, steps.withNumber(number), baseline);
  }

  /**
   * Takes as many steps as each example needs; see {@link IntegratedGradients#withTolerance}.
   *
   * @throws IllegalArgumentException unless it is from 1e-6 to below 1
   */
  public LayerConductance withTolerance(double share) {
    return new LayerConductance(node, steps.withTolerance(share), baseline);
  }

  /**
   * Takes another baseline of the input.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public LayerConductance withBaseline(float... values) {
    return new LayerConductance(node, steps, Baseline.of(values));
  }

  @Override
  public LayerConductance measuringItsError() {
    return new LayerConductance(node, steps.bounding(), baseline);
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
    Map<String, String> settings = new LinkedHashMap<>(steps.settings());
    settings.put("baseline", baseline.describe());
    settings.put("node", node);
    return settings;
  }

  @Override
  public void require(Model model) {
    InnerValue.of(model, node, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InnerValue inner = InnerValue.of(model, node, name());
    PathRule rule = PathRules.along(inner.slice(), context);
    float[] from = baseline.sized(batch.rowSize());
    Steps.Bounded integrals = steps.maps(batch.rows(), rule, rule.integrals(from, batch, quantity));
    Attribution attribution =
        inner.explained(integrals.maps(), batch, quantity, PathRules.described(rule, model));
    if (inner.box().passesThrough(inner.tap())) {
      attribution = Completeness.toldBy(attribution, model, from, batch, context);
    }
    return integrals.toldBy(attribution);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

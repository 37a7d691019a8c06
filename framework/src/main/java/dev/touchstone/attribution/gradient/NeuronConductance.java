package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much of each input's {@link IntegratedGradients} flows through one neuron y, a number of the
 * value behind a node: {@code M = (x − x̄) ⊙ ∫₀¹ ∂f_c/∂y · ∇ₓ y dα} (Dhamdhere et al. 2019,
 * equation 2), signed. A map sums to the neuron's {@link LayerConductance}; summed over the neurons
 * of a node that all of the network passes through, the maps are Integrated Gradients. Both hold to
 * the last digit at any number of steps where the network has secants.
 */
public final class NeuronConductance implements AttributionMethod {
  private final String node;
  private final int[] index;
  private final Steps steps;
  private final Baseline baseline;

  private NeuronConductance(String node, int[] index, Steps steps, Baseline baseline) {
    this.node = node;
    this.index = index;
    this.steps = steps;
    this.baseline = baseline;
  }

  /**
   * Takes 20 steps from a baseline of zeros.
   *
   * @param node the name of the node, as {@link dev.touchstone.graph.WhiteBox#taps} lists them
   * @param index the neuron's place in the node's value, an index for each axis behind the
   *     examples', 0-based
   */
  public static NeuronConductance at(String node, int... index) {
    return new NeuronConductance(node, index.clone(), Steps.withDefaults(), Baseline.of(0));
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException unless it is positive and even
   */
  public NeuronConductance withSteps(int number) {
    return new NeuronConductance(node, index, steps.withNumber(number), baseline);
  }

  /**
   * Takes as many steps as each example needs; see {@link IntegratedGradients#withTolerance}.
   *
   * @throws IllegalArgumentException unless it is from 1e-6 to below 1
   */
  public NeuronConductance withTolerance(double share) {
    return new NeuronConductance(node, index, steps.withTolerance(share), baseline);
  }

  /**
   * Takes another baseline of the input.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public NeuronConductance withBaseline(float... values) {
    return new NeuronConductance(node, index, steps, Baseline.of(values));
  }

  @Override
  public NeuronConductance measuringItsError() {
    return new NeuronConductance(node, index, steps.bounding(), baseline);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(steps.settings());
    settings.put("baseline", baseline.describe());
    settings.put("node", node);
    settings.put("neuron", Arrays.toString(index));
    return settings;
  }

  @Override
  public void require(Model model) {
    InnerValue inner = InnerValue.of(model, node, name());
    inner.tap().place(index);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InnerValue inner = InnerValue.of(model, node, name());
    int neuron = inner.tap().place(index);
    NeuronSlice slice =
        new NeuronSlice(
            new InputSlice(inner.box().upTo(inner.tap(), neuron)), inner.slice(), neuron);
    PathRule rule = PathRules.along(slice, context);
    float[] from = baseline.sized(batch.rowSize());
    Steps.Bounded integrals = steps.maps(batch.rows(), rule, rule.integrals(from, batch, quantity));
    return integrals.toldBy(
        Attribution.of(integrals.maps(), batch, quantity, PathRules.described(rule, model)));
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

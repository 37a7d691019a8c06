package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * The value y behind a node times its gradient: {@code M = y ⊙ ∇_y f_c}, signed, {@link
 * InputTimesGradient} inside a network. Maps have the shape of y.
 */
public final class LayerGradientTimesActivation implements AttributionMethod {
  private final String node;
  private final boolean summed;

  private LayerGradientTimesActivation(String node, boolean summed) {
    this.node = node;
    this.summed = summed;
  }

  /**
   * Explains by the value behind a node.
   *
   * @param node its name, as {@link dev.touchstone.graph.WhiteBox#taps} lists them
   */
  public static LayerGradientTimesActivation at(String node) {
    return new LayerGradientTimesActivation(node, false);
  }

  /** Sums each map over its last axis: of token embeddings, a number per token. */
  public LayerGradientTimesActivation summedOverLastAxis() {
    return new LayerGradientTimesActivation(node, true);
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
    return summed ? Map.of("node", node, "map", "summed over the last axis") : Map.of("node", node);
  }

  @Override
  public void require(Model model) {
    InnerValue.of(model, node, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  /** Explains examples of all that the model takes, such as ids and a mask. */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    InnerValue inner = InnerValue.of(model, node, name());
    TapSlice slice = inner.slice();
    double[][] maps = slice.gradientsOf(batch, quantity, context);
    Attribution attribution =
        inner.explained(
            Maps.times(maps, slice.valuesOf(batch, context)), batch, quantity, Gradient.RULE);
    return summed ? Maps.summedOverLastAxis(attribution) : attribution;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}

package dev.touchstone.attribution.rule;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.GradientFunction;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.Rectifiers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;

/**
 * Guided Backpropagation (Springenberg et al. 2015): the gradient, where each ReLU passes back only
 * what is positive and only where its input was: {@code R = 1[x > 0] · max(0, g)}. (The thesis's
 * line for it in section 3.2 is garbled; this is the paper's.) A ReLU may be written in other ways,
 * as {@link Rectifiers} knows them; other activations of its kind, such as a leaky or a smooth one,
 * have no such rule, and a model with one is refused.
 *
 * <p>Its maps depend little on the weights of higher layers (Adebayo et al. 2018; thesis, section
 * 4.4), which {@code assertAttributionSensitiveToWeights} exposes.
 */
public final class GuidedBackprop implements AttributionMethod {
  private static final GuidedBackprop DEFAULT = new GuidedBackprop();

  private GuidedBackprop() {}

  /** Returns Guided Backpropagation; it has no settings. */
  public static GuidedBackprop withDefaults() {
    return DEFAULT;
  }

  @Override
  public boolean signed() {
    return true;
  }

  /**
   * Refuses a model that is no white box, that may hide a ReLU, or that rectifies in a way that has
   * no rule: its gradient would pass where this method stops it, and nobody would see. Without any
   * ReLU the maps would be plain gradients under another name.
   */
  @Override
  public void require(Model model) {
    ReluMethods.whiteBox(model, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    WhiteBox box = ReluMethods.whiteBox(model, name());
    BackwardRules rules = Rectifiers.of(box).guided();
    double[][] maps = GradientFunction.of(box, rules, context).atEach(batch, quantity);
    return Attribution.of(maps, batch, quantity, "guided rectifiers");
  }

  @Override
  public String toString() {
    return name();
  }
}

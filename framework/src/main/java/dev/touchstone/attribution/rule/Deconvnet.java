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
 * Deconvnet (Zeiler and Fergus 2014), signed: the gradient, where each ReLU rectifies what is
 * passed back as it did what was passed on, wherever its input stood: {@code R = max(0, g)}.
 * Max-pooling passes back to where its maximum was (the paper's switches), which is its derivative.
 * (The thesis's line for it in section 3.2 is garbled; this is the paper's, as Simonyan et al. 2014
 * and Springenberg et al. 2015 write it.) A ReLU may be written in other ways, and a model with
 * other activations of its kind is refused, as by {@link GuidedBackprop}.
 *
 * <p>Its maps depend little on the weights of higher layers (Adebayo et al. 2018; thesis, section
 * 4.4), which {@code assertAttributionSensitiveToWeights} exposes.
 */
public final class Deconvnet implements AttributionMethod {
  private static final Deconvnet DEFAULT = new Deconvnet();

  private Deconvnet() {}

  /** Returns Deconvnet; it has no settings. */
  public static Deconvnet withDefaults() {
    return DEFAULT;
  }

  @Override
  public boolean signed() {
    return true;
  }

  /** Refuses the models that {@link GuidedBackprop#require} refuses. */
  @Override
  public void require(Model model) {
    ReluMethods.whiteBox(model, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    WhiteBox box = ReluMethods.whiteBox(model, name());
    BackwardRules rules = Rectifiers.of(box).deconvolving();
    double[][] maps = GradientFunction.of(box, rules, context).atEach(batch, quantity);
    return Attribution.of(maps, batch, quantity, "deconvolving rectifiers");
  }

  @Override
  public String toString() {
    return name();
  }
}

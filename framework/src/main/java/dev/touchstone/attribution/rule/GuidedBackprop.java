package dev.touchstone.attribution.rule;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.GradientFunction;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.Rectifiers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

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
  private static final String CURE =
      "give the model as ONNX with operators that the white box knows, or use a method that needs"
          + " less, such as Gradient";

  private static final int MOST_NAMED = 5;

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
    whiteBox(model);
  }

  private WhiteBox whiteBox(Model model) {
    WhiteBox box = model.require(WhiteBox.class, name(), CURE);
    List<String> opaque = box.opaqueNodes();
    if (!opaque.isEmpty()) {
      throw new TouchstoneException(
          name()
              + " changes what every ReLU passes back, and "
              + model.name()
              + " has "
              + opaque.size()
              + " nodes that may hide one, the first of them "
              + opaque.subList(0, Math.min(MOST_NAMED, opaque.size()))
              + "; write Activation.reluBlock() in place of Activation::relu, name another function"
              + " by what it computes, as in new LambdaBlock(f, \"flatten\"), or give the model as"
              + " ONNX");
    }
    Rectifiers rectifiers = Rectifiers.of(box);
    List<String> others = rectifiers.others();
    if (!others.isEmpty()) {
      throw new TouchstoneException(
          "%s changes what every ReLU passes back, and %s rectifies, or may, in %d nodes for which it has no rule, the first of them %s; it has one for Relu, Clip from 0, Max with 0 and ThresholdedRelu. Use Gradient, SmoothGrad or IntegratedGradients"
              .formatted(
                  name(),
                  model.name(),
                  others.size(),
                  others.subList(0, Math.min(MOST_NAMED, others.size()))));
    }
    if (rectifiers.size() == 0) {
      throw new TouchstoneException(
          "%s changes what every ReLU passes back, and %s has none: its maps would be those of Gradient. Use Gradient"
              .formatted(name(), model.name()));
    }
    return box;
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    WhiteBox box = whiteBox(model);
    double[][] maps = GradientFunction.of(box, Rectifiers.of(box), context).atEach(batch, quantity);
    return Attribution.of(maps, batch, quantity, "guided rectifiers");
  }

  @Override
  public String toString() {
    return name();
  }
}

package dev.touchstone.attribution;

import ai.djl.ndarray.NDArray;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Guided Backpropagation (Springenberg et al. 2015): the gradient, where each ReLU passes back only
 * what is positive and only where its input was: {@code R = 1[x > 0] · max(0, g)}. (The thesis's
 * line for it in section 3.2 is garbled; this is the paper's.)
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

  /** Guided Backpropagation; it has no settings. */
  public static GuidedBackprop withDefaults() {
    return DEFAULT;
  }

  @Override
  public boolean signed() {
    return true;
  }

  /**
   * Refuses a model that is no white box, or that may hide a ReLU: its gradient would pass where
   * this method stops it, and nobody would see.
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
    return box;
  }

  @Override
  public double[][] attribute(Model model, Tensor batch, int[] targets, RunContext context) {
    WhiteBox box = whiteBox(model);
    BackwardRules guided = BackwardRules.forType("Relu", GuidedBackprop::passBack);
    return GradientFunction.of(box, guided, context).atEach(batch, targets);
  }

  private static NDArray passBack(NDArray input, NDArray output, NDArray gradient) {
    return gradient.maximum(0).mul(input.gt(0).toType(gradient.getDataType(), false));
  }

  @Override
  public String toString() {
    return name();
  }
}

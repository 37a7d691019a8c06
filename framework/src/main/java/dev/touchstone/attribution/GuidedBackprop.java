package dev.touchstone.attribution;

import ai.djl.ndarray.NDArray;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;

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

  @Override
  public void require(Model model) {
    model.require(WhiteBox.class, name(), CURE);
  }

  @Override
  public double[][] attribute(Model model, Tensor batch, int[] targets, RunContext context) {
    WhiteBox box = model.require(WhiteBox.class, name(), CURE);
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

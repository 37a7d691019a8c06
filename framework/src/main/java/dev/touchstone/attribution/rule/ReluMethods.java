package dev.touchstone.attribution.rule;

import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.Rectifiers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/** What methods that change what every ReLU passes back ask of a model. */
final class ReluMethods {
  private static final String CURE =
      "give the model as ONNX with operators that the white box knows, or use a method that needs"
          + " less, such as Gradient";

  private static final int MOST_NAMED = 5;

  private ReluMethods() {}

  /**
   * Refuses a model that is no white box, that may hide a ReLU, or that rectifies in a way that has
   * no rule: its gradient would pass where the method stops it, and nobody would see. Without any
   * ReLU the maps would be plain gradients under another name.
   *
   * @param method its name
   */
  static WhiteBox whiteBox(Model model, String method) {
    WhiteBox box = model.require(WhiteBox.class, method, CURE);
    List<String> opaque = box.opaqueNodes();
    if (!opaque.isEmpty()) {
      throw new TouchstoneException(
          "%s changes what every ReLU passes back, and %s has %d nodes that may hide one, the first of them %s; write Activation.reluBlock() in place of Activation::relu, name another function by what it computes, as in new LambdaBlock(f, \"flatten\"), or give the model as ONNX"
              .formatted(
                  method,
                  model.name(),
                  opaque.size(),
                  opaque.subList(0, Math.min(MOST_NAMED, opaque.size()))));
    }
    Rectifiers rectifiers = Rectifiers.of(box);
    List<String> others = rectifiers.others();
    if (!others.isEmpty()) {
      throw new TouchstoneException(
          "%s changes what every ReLU passes back, and %s rectifies, or may, in %d nodes for which it has no rule, the first of them %s; it has one for Relu, Clip from 0, Max with 0 and ThresholdedRelu. Use Gradient, SmoothGrad or IntegratedGradients"
              .formatted(
                  method,
                  model.name(),
                  others.size(),
                  others.subList(0, Math.min(MOST_NAMED, others.size()))));
    }
    if (rectifiers.size() == 0) {
      throw new TouchstoneException(
          "%s changes what every ReLU passes back, and %s has none: its maps would be those of Gradient. Use Gradient"
              .formatted(method, model.name()));
    }
    return box;
  }
}

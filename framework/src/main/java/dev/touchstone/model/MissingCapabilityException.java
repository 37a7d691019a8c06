package dev.touchstone.model;

import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;

/** Something needs a capability that a model lacks; thrown before any work is done. */
public final class MissingCapabilityException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  MissingCapabilityException(String who, Class<?> capability, Model model, String cure) {
    super(
        who
            + " needs "
            + describe(capability)
            + "; "
            + model.name()
            + " "
            + because(model.whyMissing(capability))
            + "; "
            + cure);
  }

  private static String because(String reason) {
    return reason.isEmpty() ? "has none" : reason;
  }

  private static String describe(Class<?> capability) {
    if (capability == InputGradients.class) {
      return "input gradients";
    }
    if (capability == Scores.class) {
      return "scores (the numbers that predictions are made of)";
    }
    if (capability == Representation.class) {
      return "the representation that the last layer sees";
    }
    return capability == WhiteBox.class
        ? "a white box (layers, backward rules, weights)"
        : capability.getSimpleName();
  }
}

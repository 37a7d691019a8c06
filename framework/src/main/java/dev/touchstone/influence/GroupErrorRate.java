package dev.touchstone.influence;

import dev.touchstone.runtime.TouchstoneException;

/** The error rate of a group, the share of examples predicted as the other class. */
public record GroupErrorRate() implements GroupDisparity {

  /** Makes the metric; it has no settings. */
  public static GroupErrorRate withDefaults() {
    return new GroupErrorRate();
  }

  @Override
  public String quantity() {
    return "error rate";
  }

  @Override
  public double of(double[] probabilities, int[] labels) {
    int wrong = 0;
    for (int i = 0; i < labels.length; i++) {
      wrong += (probabilities[i] >= 0.5) == (labels[i] == 1) ? 0 : 1;
    }
    return (double) wrong / labels.length;
  }

  /** Refuses: the derivative is 0 wherever there is one. */
  @Override
  public double[] byLogits(double[] probabilities, int[] labels) {
    throw new TouchstoneException(
        "the error rate does not change with small changes of a model, and its derivative is 0;"
            + " leave toFirstOrder() out, so that it is measured again");
  }
}

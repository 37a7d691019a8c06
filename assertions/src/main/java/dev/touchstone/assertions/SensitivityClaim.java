package dev.touchstone.assertions;

import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.runtime.TouchstoneException;

/** The claim that a metric changes little when labels are wrong, of models and of trainers. */
final class SensitivityClaim {
  private SensitivityClaim() {}

  /**
   * Returns the claim.
   *
   * @param of whose labels are flipped, such as {@code "of the training data"}
   * @throws TouchstoneException for a tolerance that no change can break, or that asks for none
   */
  static Claim of(LabelSensitivity sensitivity, String of, double tolerance) {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new TouchstoneException(
          "a metric between 0 and 1 changes by less than 1, and by more than 0 where labels are flipped; the tolerance was %s; write 0.05"
              .formatted(Numbers.format(tolerance)));
    }
    return Claim.of(
        "with %s %s flipped, the %s is at most %s, up or down"
            .formatted(
                sensitivity.describe(), of, sensitivity.quantity(), Numbers.format(tolerance)),
        Bound.upper(tolerance),
        Bound.lower(-tolerance));
  }
}

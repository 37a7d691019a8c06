package dev.touchstone.assertions;

import dev.touchstone.check.signal.ConceptStability;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.runtime.TouchstoneException;

/** The claim that concepts go with the label alike in two domains. */
final class StabilityClaim {
  /** No two correlations differ by more. */
  private static final double MOST = 2;

  private StabilityClaim() {}

  /**
   * Returns the claim.
   *
   * @throws TouchstoneException for a tolerance that no two correlations can break, or that asks
   *     for more
   */
  static Claim of(ConceptStability stability, Bound tolerance) {
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || !(tolerance.value() > 0 && tolerance.value() < MOST)) {
      throw new TouchstoneException(
          "correlations may differ by at most so much, between 0 and 2, and the tolerance was %s; write atMost(0.2)"
              .formatted(tolerance.inWords()));
    }
    return Claim.of(
        "the correlation of each concept with the label differs %s by a number that is %s"
            .formatted(stability.describe(), tolerance.inWords()),
        tolerance);
  }
}

package dev.touchstone.assertions;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;

/**
 * The claim that answers only rise, or only fall, with a column, for classifiers and regressors.
 */
final class MonotonicityClaim {
  private MonotonicityClaim() {}

  /**
   * Returns the claim.
   *
   * @param what is so, such as {@code "the value is increasing in hours"}
   * @throws dev.touchstone.runtime.TouchstoneException for a tolerance that is no share
   */
  static Claim of(String what, Bound tolerance) {
    ShareTolerance.require("a share of examples", tolerance, 0.01);
    return Claim.of(
        "%s, but for a share of examples that is %s".formatted(what, tolerance.inWords()),
        tolerance);
  }
}

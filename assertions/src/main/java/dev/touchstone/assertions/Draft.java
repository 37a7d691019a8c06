package dev.touchstone.assertions;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.OpenClaims;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A claim while it is written down: that it was begun, and what was said of it so far.
 *
 * @param opened notes whether it is ever made
 * @param said what every setting so far does to the claim
 */
record Draft(OpenClaims.Opened opened, UnaryOperator<Claim> said) {
  Draft {
    Objects.requireNonNull(opened, "opened");
    Objects.requireNonNull(said, "said");
  }

  /** Begins one of which nothing is said yet. */
  static Draft of(OpenClaims.Opened opened) {
    return new Draft(opened, claim -> claim);
  }

  /** Returns the draft with one setting more. */
  Draft with(UnaryOperator<Claim> setting) {
    return new Draft(opened, claim -> setting.apply(said.apply(claim)));
  }

  /** Notes that the claim is made: whatever becomes of it, somebody hears. */
  void make() {
    opened.make();
  }

  /** Applies what was said. */
  Claim of(Claim claim) {
    return said.apply(claim);
  }
}

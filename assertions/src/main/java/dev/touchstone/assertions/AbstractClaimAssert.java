package dev.touchstone.assertions;

import dev.touchstone.evidence.Claim;
import java.time.LocalDate;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Holds what may be said of every claim. Settings come first, the claim last; each setting returns
 * another assertion and leaves this one as it is.
 *
 * <p>Settings that only one claim knows stand in that claim's own class, so that no claim can be
 * given the settings of another.
 *
 * @param <SELF> the assertion itself, so that settings may come in any order
 */
public abstract class AbstractClaimAssert<SELF extends AbstractClaimAssert<SELF>> {
  private final Draft draft;

  /** Not for other packages: a claim is a class of this one. */
  AbstractClaimAssert(Draft draft) {
    this.draft = Objects.requireNonNull(draft, "draft");
  }

  /** Returns the same assertion about another draft. */
  abstract SELF about(Draft other);

  final Draft draft() {
    return draft;
  }

  private SELF with(UnaryOperator<Claim> setting) {
    return about(draft.with(setting));
  }

  /** Says why the claim is made; stays in every message and in the report. */
  public final SELF because(String reason) {
    return with(claim -> claim.because(reason));
  }

  /** Accepts that the data cannot decide the claim, for a stated reason. */
  public final SELF allowInconclusive(String reason) {
    return with(claim -> claim.allowingInconclusive(reason));
  }

  /**
   * Accepts that the claim fails, at the value at which it was frozen, until a day: a ratchet that
   * may only improve. Frozen values stand in {@code src/test/resources/touchstone-baseline.json},
   * which is written by running the test with {@code -Dtouchstone.baseline=update}, never on CI.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test.groupedBy("sex"))
   *     .acceptKnown("retraining is planned, MODEL-17", LocalDate.parse("2027-03-01"))
   *     .isCalibratedWithin(0.05);
   * }</pre>
   *
   * @param reason why; shown wherever the verdict is
   * @param until the last day on which it is accepted, UTC
   */
  public final SELF acceptKnown(String reason, LocalDate until) {
    return with(claim -> claim.acceptingKnown(reason, until));
  }

  /** Names the claim, so that its frozen value is found again when the test is renamed. */
  public final SELF identifiedAs(String id) {
    return with(claim -> claim.identifiedAs(id));
  }
}

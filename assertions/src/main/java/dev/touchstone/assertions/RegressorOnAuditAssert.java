package dev.touchstone.assertions;

import dev.touchstone.check.comparison.ValueAgreement;
import dev.touchstone.data.AuditSet;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.guiding.repair.CarvedRegressor;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Makes claims about a regressor on what an expert audited. Settings come first, the claim last.
 */
public final class RegressorOnAuditAssert extends AbstractClaimAssert<RegressorOnAuditAssert> {
  private final Regressor model;
  private final AuditSet audit;

  RegressorOnAuditAssert(Regressor model, AuditSet audit, Draft draft) {
    super(draft);
    this.model = model;
    this.audit = audit;
  }

  @Override
  RegressorOnAuditAssert about(Draft other) {
    return new RegressorOnAuditAssert(model, audit, other);
  }

  /**
   * Claims that the model is off by at most {@code distance} at the tolerated share at least of the
   * expert's values, each counted by how sure the expert is, overall and per group.
   *
   * @param distance in the unit of the values
   * @see ModelAssertions#assertAgreesWithAudit(Regressor, AuditSet, double, Bound)
   */
  public Verdict agreesWithExpertWithin(double distance, Bound tolerance) {
    draft().make();
    return agrees(ValueAgreement.within(distance, audit), tolerance);
  }

  /**
   * Claims that the tolerated share at least of the expert's values, each counted by how sure the
   * expert is, lies in the intervals that the model gives, overall and per group.
   */
  public Verdict holdsExpertInIntervals(Bound tolerance) {
    draft().make();
    return agrees(ValueAgreement.inIntervals(audit), tolerance);
  }

  /**
   * Claims that the model goes by the concepts that the expert names: at least the tolerated share
   * of the importances that the expert gave concepts, 1 where one raises the value, −1 where it
   * lowers it and 0 where it means nothing, is what these add to the value, in sign, in the model
   * carved into concepts; overall and per group.
   *
   * @param carved of this model, with the fidelity that it has to show
   * @see ModelAssertions#assertImportancesAgreeWithAudit(CarvedRegressor, AuditSet, Bound)
   */
  public Verdict agreesOnImportances(CarvedRegressor carved, Bound tolerance) {
    return ImportancesClaim.judge(draft(), model, audit, carved, tolerance);
  }

  private Verdict agrees(ValueAgreement agreement, Bound tolerance) {
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() <= 1)) {
      throw new TouchstoneException(
          "agreement with the expert is a share that has to be at least so large, and the tolerance was %s; write atLeast(0.9)"
              .formatted(tolerance.inWords()));
    }
    Claim claim =
        Claim.of(
            "the share of the expert's values%s that %s is %s"
                .formatted(
                    audit.hasConfidence() ? ", weighed by the expert's confidence," : "",
                    agreement.inWords(),
                    tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim),
        agreement.lack(tolerance.value(), Claim.LEVEL),
        context -> agreement.evaluate(model, context));
  }
}

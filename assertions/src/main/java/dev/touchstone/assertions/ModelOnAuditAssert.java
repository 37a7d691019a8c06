package dev.touchstone.assertions;

import dev.touchstone.check.comparison.AuditAgreement;
import dev.touchstone.check.signal.ConceptStability;
import dev.touchstone.check.signal.UnnamedReliance;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Objects;

/** Makes claims about a model on what an expert audited. Settings come first, the claim last. */
public final class ModelOnAuditAssert extends AbstractClaimAssert<ModelOnAuditAssert> {
  private final Classifier model;
  private final AuditSet audit;

  ModelOnAuditAssert(Classifier model, AuditSet audit, Draft draft) {
    super(draft);
    this.model = model;
    this.audit = audit;
  }

  @Override
  ModelOnAuditAssert about(Draft other) {
    return new ModelOnAuditAssert(model, audit, other);
  }

  /**
   * Claims that the model predicts at least the tolerated share of the expert's labels, each
   * counted by how sure the expert is, overall and per group.
   *
   * @see ModelAssertions#assertAgreesWithAudit
   */
  public Verdict agreesWithExpert(Bound tolerance) {
    draft().make();
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() <= 1)) {
      throw new TouchstoneException(
          "agreement with the expert is a share that has to be at least so large, and the tolerance was %s; write atLeast(0.9)"
              .formatted(tolerance.inWords()));
    }
    AuditAgreement agreement = AuditAgreement.with(audit);
    Claim claim =
        Claim.of(
            "the share of the expert's labels that the model predicts%s is %s"
                .formatted(
                    audit.hasConfidence() ? ", weighed by the expert's confidence," : "",
                    tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim),
        agreement.lack(tolerance.value(), Claim.LEVEL),
        context -> agreement.evaluate(model, context));
  }

  /**
   * Claims that the annotated concepts go with the label alike in this domain and in another one.
   *
   * @see ModelAssertions#assertNoUnstableConcepts(Classifier, AuditSet, AuditSet, Bound)
   */
  public Verdict hasNoUnstableConcepts(AuditSet other, Bound tolerance) {
    draft().make();
    ConceptStability stability =
        ConceptStability.between(audit, Objects.requireNonNull(other, "other"));
    Claim claim = StabilityClaim.of(stability, tolerance);
    return Judge.on(draft().of(claim), context -> stability.evaluate(model, context));
  }

  /**
   * Claims that the model decides for the reasons that the expert names: at least the tolerated
   * share of the importances that the expert gave concepts is what these contribute, in sign, in
   * the model carved into concepts; overall and per group.
   *
   * @param carved of this model, with the fidelity that it has to show
   * @see ModelAssertions#assertImportancesAgreeWithAudit
   */
  public Verdict agreesOnImportances(CarvedModel carved, Bound tolerance) {
    return ImportancesClaim.judge(draft(), model, audit, carved, tolerance);
  }

  /**
   * Claims that the model relies on nothing that it should not, in the words of the concepts that
   * it was carved into: of each, at most the tolerated share of all contributions is its and is
   * taken back by the audit set's labels.
   *
   * @param carved of this model, with the fidelity that it has to show
   * @param training on which the model was trained
   * @see ModelAssertions#assertNoUnnamedReliance
   */
  public Verdict hasNoUnnamedReliance(CarvedModel carved, Dataset training, Bound tolerance) {
    draft().make();
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || !(tolerance.value() > 0 && tolerance.value() < 1)) {
      throw new TouchstoneException(
          "reliance is a share of what concepts contribute, which may be at most so large, and the tolerance was %s; write atMost(0.1)"
              .formatted(tolerance.inWords()));
    }
    ImportancesClaim.requireCarvedOf(model, carved);
    UnnamedReliance reliance = UnnamedReliance.of(training, audit);
    Claim claim =
        Claim.of(
            "the share of contributions that a concept makes and the audit set takes back is %s for each"
                .formatted(tolerance.inWords()),
            tolerance);
    return Judge.on(draft().of(claim), context -> reliance.evaluate(carved, context));
  }
}

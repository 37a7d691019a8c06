package dev.touchstone.assertions;

import dev.touchstone.check.comparison.ImportanceAgreement;
import dev.touchstone.data.AuditSet;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.guiding.repair.Carved;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.TouchstoneException;

/** The claim that a model, of classes or of values, decides for the expert's reasons. */
final class ImportancesClaim {
  private ImportancesClaim() {}

  static Verdict judge(Draft draft, Model model, AuditSet audit, Carved carved, Bound tolerance) {
    draft.make();
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() <= 1)) {
      throw new TouchstoneException(
          "agreement on importances is a share that has to be at least so large, and the tolerance was %s; write atLeast(0.8)"
              .formatted(tolerance.inWords()));
    }
    requireCarvedOf(model, carved);
    ImportanceAgreement agreement = ImportanceAgreement.with(audit);
    Claim claim =
        Claim.of(
            "the share of the expert's importances that concepts have in the model is %s"
                .formatted(tolerance.inWords()),
            tolerance);
    return Judge.on(draft.of(claim), context -> agreement.evaluate(carved, context));
  }

  /** Refuses what was carved of another model. */
  static void requireCarvedOf(Model model, Carved carved) {
    if (!carved.original().identity().equals(model.identity())) {
      throw new TouchstoneException(
          "%s was carved of another model than %s; carve the model that the claim is about"
              .formatted(carved.name(), model.name()));
    }
  }
}

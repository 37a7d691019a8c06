package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.atLeast;

import dev.touchstone.guiding.repair.GuidedErasure;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.Lending;
import org.junit.jupiter.api.Test;

/**
 * A model that denies single applicants more often, and a repair that makes up for it: single
 * applicants have more debts, and where all that goes along with being single is erased, being
 * single speaks for them.
 */
@ModelTest
@CaughtOnPurpose
public class MortgagesByMarriage {

  @ModelUnderTest static Classifier model = Lending.model();

  @Test
  void beingSingleIsNoReason() {
    assertImportancesAgreeWithAudit(Lending.carved(model), Lending.audit(), atLeast(0.9));
  }

  @Test
  void beingSingleIsNoReasonOnceItIsErased() {
    Classifier erased = Lending.repaired(GuidedErasure.withDefaults().keepingClassShares()).model();
    assertImportancesAgreeWithAudit(Lending.carved(erased), Lending.audit(), atLeast(0.9));
  }
}

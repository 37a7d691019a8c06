package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.atLeast;

import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Regressor;
import dev.touchstone.samples.CreditAmounts;
import org.junit.jupiter.api.Test;

/** Amounts that are larger for whoever has a telephone, all else alike. */
@ModelTest
@CaughtOnPurpose
public class AmountsByTelephone {

  @ModelUnderTest static Regressor model = CreditAmounts.model();

  @Test
  void aTelephoneIsNoReason() {
    assertImportancesAgreeWithAudit(
        CreditAmounts.carved(model), CreditAmounts.audit(), atLeast(0.9));
  }
}

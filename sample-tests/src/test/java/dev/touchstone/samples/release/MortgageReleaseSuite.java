package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.atLeast;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.Lending;
import org.junit.jupiter.api.Test;

/** What a bank asks of whichever model denies its mortgages next. */
@ModelTest
class MortgageReleaseSuite {

  @ModelUnderTest static Classifier model = Lending.model();

  @DatasetUnderTest static Dataset test = Lending.test();

  @Test
  void beingSingleIsNoReason() {
    assertImportancesAgreeWithAudit(Lending.carved(model), Lending.audit(), atLeast(0.9));
  }

  @Test
  void errsOnFewerThanThreeInTenOfEither() {
    assertErrorRateWithin(model, test.groupedBy("single"), 0.30);
  }
}

package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.MeanAbsoluteError;
import dev.touchstone.metric.MeanError;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The approved model of amounts lends more to whoever has a telephone ({@code
 * defective.AmountsByTelephone}). Its last layer is made anew on the reasons that an auditor
 * allows, and written into the file that ships.
 */
@ModelTest
class CreditAmountRepairTest {
  private static final double ANY = 20_000;

  @ModelUnderTest(candidate = false)
  static Regressor model = CreditAmounts.model();

  @ModelUnderTest
  static Regressor repaired =
      CreditAmounts.repaired()
          .writeTo(Path.of("target/repaired/german.onnx"), RunContext.current());

  @DatasetUnderTest static Dataset test = CreditAmounts.test();

  @Test
  void aTelephoneIsNoReason() {
    assertImportancesAgreeWithAudit(
        CreditAmounts.carved(repaired), CreditAmounts.audit(), atLeast(0.9));
  }

  @Test
  void amountsAreHardlyFurtherOffForIt() {
    assertNoRegression(
        repaired,
        model,
        test.groupedBy("own_telephone"),
        MeanAbsoluteError.cappedAt(ANY),
        byAtMost(500));
  }

  @Test
  void saysNeitherTooMuchNorTooLittle() {
    assertMetric(repaired, test, MeanError.cappedAt(ANY), between(-500, 500));
  }
}

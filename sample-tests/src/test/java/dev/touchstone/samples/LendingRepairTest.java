package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The mortgage model holds it against applicants that they are single ({@code
 * defective.MortgagesByMarriage}). Its last layer is made anew on the reasons that an expert
 * allows, and written into the file that ships ({@code release.MortgageReleaseSuite}).
 */
@ModelTest
class LendingRepairTest {

  @ModelUnderTest(candidate = false)
  static Classifier model = Lending.model();

  @ModelUnderTest
  static Classifier repaired =
      Lending.repaired().writeTo(Path.of("target/repaired/hmda.onnx"), RunContext.current());

  @DatasetUnderTest static Dataset test = Lending.test();

  @Test
  void beingSingleIsNoReason() {
    assertImportancesAgreeWithAudit(Lending.carved(repaired), Lending.audit(), atLeast(0.9));
  }

  @Test
  void nobodyIsJudgedMuchWorseForIt() {
    assertNoRegression(
        repaired, model, test.groupedBy("single"), ErrorRate.withDefaults(), byAtMost(0.06));
  }

  /** A threshold of .12 still means a probability of .12. */
  @Test
  void probabilitiesMeanWhatTheyMeant() {
    assertThatModel(repaired)
        .on(test)
        .because("the threshold was chosen for the model before the repair")
        .hasNotRegressedFrom(model, BrierScore.withDefaults(), byAtMost(0.02));
  }
}

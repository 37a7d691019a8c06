package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.assertNoUnnamedReliance;
import static dev.touchstone.assertions.ModelAssertions.assertRepairImprovesWorstGroup;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.guiding.repair.RepairedModel;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A network looked at the background instead of the bird ({@code defective.BirdsByBackground}). An
 * expert says that the background should not matter; its last layer is made anew, and written into
 * the file that ships.
 */
@ModelTest
class DigitBirdsModelTest {

  @ModelUnderTest(candidate = false)
  static Classifier model = DigitBirds.model();

  @ModelUnderTest static Classifier repaired = repaired();

  @DatasetUnderTest static Dataset test = DigitBirds.test();

  private static Classifier repaired() {
    RepairedModel repair = DigitBirds.repairedWithout("background");
    return repair.writeTo(Path.of("target/repaired/digit-birds.onnx"), RunContext.current());
  }

  @Test
  void theRepairHelpsWhoeverWasWorstOff() {
    assertRepairImprovesWorstGroup(
        model, repaired, test.groupedBy(DigitBirds.GROUPS), byAtLeast(0.15));
  }

  @Test
  void noBirdIsTakenForAnotherByItsBackground() {
    assertErrorRateWithin(repaired, test.groupedBy(DigitBirds.GROUPS), 0.20);
  }

  @Test
  void theOthersPayLittleForIt() {
    assertThatModel(repaired)
        .on(test)
        .because("birds are photographed where they are, and most are where they belong")
        .hasNotRegressedFrom(model, ErrorRate.withDefaults(), byAtMost(0));
  }

  @Test
  void noGroupLosesMuch() {
    assertNoRegression(
        repaired,
        model,
        test.groupedBy(DigitBirds.GROUPS),
        ErrorRate.withDefaults(),
        byAtMost(0.20));
  }

  @Test
  void theBackgroundMeansNothing() {
    assertImportancesAgreeWithAudit(
        DigitBirds.carved(repaired), DigitBirds.annotated(), atLeast(0.5));
  }

  @Test
  void nothingElseIsReliedOnThatShouldNotBe() {
    assertNoUnnamedReliance(
        DigitBirds.carved(repaired), DigitBirds.train(), AuditSet.of(test), atMost(0.1));
  }
}

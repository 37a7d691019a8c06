package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.SampleSize;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/**
 * A model that says which mortgages are denied (Boston HMDA, 793 applications, of which 121 by
 * Black applicants): what a small group can show, and what it cannot. How it is repaired tells
 * {@link LendingRepairTest}.
 */
@ModelTest
class LendingModelTest {

  @ModelUnderTest(value = "classpath:models/hmda-logistic.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/hmda/test.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset test;

  @Test
  void isCalibratedOverall() {
    assertCalibrationWithin(model, test, 0.05);
  }

  /**
   * 121 applicants cannot show a small calibration error: even a perfectly calibrated model would
   * be undecided. The claim stays in the suite, says so, and fails as soon as the data refute it.
   */
  @Test
  void isNotRefutedToBeCalibratedForBlackApplicants() {
    Verdict verdict =
        assertThatModel(model)
            .on(test.groupedBy("afam"))
            .because("ECOA, 15 U.S.C. 1691")
            .allowInconclusive("121 Black applicants; about a thousand would be needed")
            .isCalibratedWithin(0.05);

    assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
  }

  /** What the claim above would need, planned before any label is looked at. */
  @Test
  void blackApplicantsAreTooFewToShowIt() {
    Dataset black = test.where("afam", "yes");
    var plan = SampleSize.forCalibrationWithin(0.05, model, black);

    assertThat(plan.powerAt(black.size()).value()).isLessThan(0.05);
    assertThat(plan.withPower(0.8)).isBetween(700, 1500);
  }

  @Test
  void errsOnFewerThanOneInThreeOfEitherGroup() {
    assertErrorRateWithin(model, test.groupedBy("afam"), 0.33);
  }
}

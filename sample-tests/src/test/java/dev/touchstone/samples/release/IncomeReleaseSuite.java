package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatTrainer;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.jupiter.TrainerUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.training.LogisticRegressionTrainer;
import org.junit.jupiter.api.Test;

/** What a bank asks of whichever income model it releases next. */
@ModelTest
class IncomeReleaseSuite {

  @ModelUnderTest(value = "classpath:models/adult-logistic.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset train;

  /** How the bank trains the model anew; the policy pins it by its SHA-256. */
  @TrainerUnderTest
  static Trainer trainer() {
    return LogisticRegressionTrainer.withDefaults();
  }

  @Test
  void isCalibratedForWomenAndMen() {
    assertCalibrationWithin(model, test.groupedBy("sex"), 0.05);
  }

  @Test
  void errsOnFewerThanOneInFiveWomenAndMen() {
    assertErrorRateWithin(model, test.groupedBy("sex"), 0.2);
  }

  /** Not of the file that ships, but of how such files are made. */
  @Test
  void wrongIncomesWouldBeFound(@TrainerUnderTest Trainer trainer) {
    assertWrongIncomesAreFound(trainer, train.first(2000));
  }

  static void assertWrongIncomesAreFound(Trainer trainer, Dataset train) {
    assertThatTrainer(trainer)
        .on(LabelNoise.uniform(0.20).plantedIn(train))
        .identifiedAs("wrong incomes are found")
        .because("clerks type the incomes in")
        .detectsMislabelledBy(LeaveOneOutConfidence.withDefaults(), aurocAtLeast(0.85));
  }
}

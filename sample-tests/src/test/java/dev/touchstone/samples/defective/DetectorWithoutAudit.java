package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.LogisticRegressionTrainer;
import org.junit.jupiter.api.Test;

/** A detector that trusts the data: of errors that fit together it does not hear. */
@ModelTest
@CaughtOnPurpose
public class DetectorWithoutAudit {

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset train;

  @Test
  void findsErrorsThatFitTogether() {
    assertMislabelledDetected(
        LogisticRegressionTrainer.withDefaults(),
        LabelNoise.systematic(4).plantedIn(train),
        TrainingLoss.withDefaults(),
        aurocAtLeast(0.85));
  }
}

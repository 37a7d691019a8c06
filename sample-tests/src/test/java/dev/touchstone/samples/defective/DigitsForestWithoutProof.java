package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertCertifiedFor;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.ThreatModel;
import dev.touchstone.robustness.TreeVerification;
import org.junit.jupiter.api.Test;

/** The same forest, trained on digits as they are: its splits lie between two grey levels. */
@ModelTest
@CaughtOnPurpose
public class DigitsForestWithoutProof {

  @ModelUnderTest(value = "classpath:models/digits-forest.onnx", outputs = PROBABILITIES)
  static Classifier forest;

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset digits;

  @Test
  void standsEveryChangeOfTwoGreyLevels() {
    assertCertifiedFor(
        forest,
        digits.where(i -> i >= 800, "the last 200"),
        TreeVerification.within(ThreatModel.linf(2).inRange(0, 16)),
        atLeast(0.5));
  }
}

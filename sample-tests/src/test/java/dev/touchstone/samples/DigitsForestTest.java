package dev.touchstone.samples;

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

/** A random forest whose training moved every pixel by up to a grey level, and what is exact. */
@ModelTest
class DigitsForestTest {

  @ModelUnderTest(value = "classpath:models/digits-forest-defended.onnx", outputs = PROBABILITIES)
  static Classifier forest;

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset digits;

  @Test
  void standsEveryChangeOfAGreyLevel() {
    assertCertifiedFor(
        forest,
        digits.where(i -> i >= 800, "the last 200"),
        TreeVerification.within(ThreatModel.linf(1).inRange(0, 16)),
        atLeast(0.6));
  }
}

package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertCertifiedFor;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.LinearBounds;
import dev.touchstone.robustness.ThreatModel;
import org.junit.jupiter.api.Test;

/** The same network, trained on digits as they are: right as often, and easily led astray. */
@ModelTest
@CaughtOnPurpose
public class DigitsWithoutProof {

  @ModelUnderTest(value = "classpath:models/digits-undefended.onnx", outputs = LOGITS)
  static Classifier undefended;

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset digits;

  @Test
  void standsEveryChangeOfTwoGreyLevels() {
    assertCertifiedFor(
        undefended,
        digits.where(i -> i >= 800, "the last 200"),
        LinearBounds.within(ThreatModel.linf(2).inRange(0, 16)),
        atLeast(0.5));
  }
}

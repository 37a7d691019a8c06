package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCertifiedFor;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.IntervalBounds;
import dev.touchstone.robustness.LinearBounds;
import dev.touchstone.robustness.RandomisedSmoothing;
import dev.touchstone.robustness.ThreatModel;
import org.junit.jupiter.api.Test;

/** A small network that was trained to stand changes of 2 of 16 grey levels, and what is proven. */
@ModelTest
class DigitsProvenTest {

  @ModelUnderTest(value = "classpath:models/digits-defended.onnx", outputs = LOGITS)
  static Classifier defended;

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset digits;

  private static Dataset unseen() {
    return digits.where(i -> i >= 800, "the last 200");
  }

  @Test
  void standsEveryChangeOfAGreyLevel() {
    assertCertifiedFor(
        defended, unseen(), LinearBounds.within(ThreatModel.linf(1).inRange(0, 16)), atLeast(0.7));
  }

  @Test
  void intervalsProveSmallerOnes() {
    assertThatModel(defended)
        .on(unseen())
        .because("whoever reads a meter need not be sure of the last bit of a pixel")
        .isCertifiedFor(IntervalBounds.within(ThreatModel.linf(0.1).inRange(0, 16)), atLeast(0.6));
  }

  @Test
  void standsNoiseWhereItIsAskedOften() {
    assertCertifiedFor(
        defended,
        unseen(),
        RandomisedSmoothing.within(ThreatModel.l2(2).inRange(0, 16), 2),
        atLeast(0.7));
  }
}

package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Claims one thing and leaves another out, as on a machine without a GPU. */
@ModelTest
class GivingUpSuite {
  @ModelUnderTest(value = "models/left-at-home.onnx", outputs = LOGITS)
  static Classifier model;

  @Test
  void errsRarely() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }

  @Test
  @Tag("gpu")
  void errsRarelyOnTheGpu() {
    assumeTrue(false, "there is no GPU");
    assertErrorRateWithin(model, Points.all(), 0.1);
  }
}

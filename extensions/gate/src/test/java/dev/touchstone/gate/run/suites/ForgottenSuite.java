package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import org.junit.jupiter.api.Test;

/** Lacks {@code @ModelTest}, so that nothing is injected. */
class ForgottenSuite {
  @ModelUnderTest(value = "approved.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(value = "points.csv", label = "class")
  static Dataset points;

  @Test
  void hasNoModel() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }

  @Test
  void hasNoData() {
    assertErrorRateWithin(Models.onnx("approved.onnx").emittingLogits(), points, 0.1);
  }
}

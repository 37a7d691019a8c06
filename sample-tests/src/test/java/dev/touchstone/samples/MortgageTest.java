package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

@ModelTest
class MortgageTest {

  @ModelUnderTest(value = "classpath:models/hmda-logistic.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/hmda/test.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset test;

  @Test
  void isCalibrated() {
    assertCalibrationWithin(model, test, 0.05);
  }

  @Test
  void errsOnAtMostThreeInTwenty() {
    assertErrorRateWithin(model, test, 0.15);
  }
}

package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** What is asked of whichever network reads digits next. */
@ModelTest
class DigitsReleaseSuite {

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = LOG_PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
  static Dataset test;

  @Test
  void isCalibrated() {
    assertCalibrationWithin(model, test, 0.05);
  }

  @Test
  void misreadsFewerThanThreeInAHundred() {
    assertErrorRateWithin(model, test, 0.03);
  }
}

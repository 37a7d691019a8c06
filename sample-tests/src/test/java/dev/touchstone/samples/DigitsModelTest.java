package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;

import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** The network that Tribuo publishes, on digits that it was not trained on. */
@ModelTest
class DigitsModelTest {

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

  /** Its line was written by running this test with {@code -Dtouchstone.baseline=update}. */
  @Test
  void errsNoMoreThanTheApprovedModel() {
    assertThatModel(model)
        .on(test)
        .identifiedAs("digits: error rate")
        .hasNotRegressedFromBaseline(
            BaselineRegression.in(ErrorRate.withDefaults()).keepingOutcomes(), byAtMost(0.005));
  }

  @Test
  void isCalibratedForThoseWhoReadFluently(
      @DatasetUnderTest(
              value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
              labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
          Dataset digits) {
    assertThatModel(model)
        .on(digits)
        .because("a digit is sent to a clerk when the model is less than 90 % sure")
        .isCalibratedWithin(0.05);
  }
}

package dev.touchstone.samples.defective;

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

/** The digits network with noise on its weights and scores four times as large: wrong, and sure. */
@ModelTest
@CaughtOnPurpose
public class OverconfidentDigits {

  @ModelUnderTest(
      value = "classpath:models/mnist-cnn-overconfident.onnx",
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

  /** By the line of {@code DigitsModelTest}: the approved model itself is not at hand. */
  @Test
  void errsNoMoreThanTheApprovedModel() {
    assertThatModel(model)
        .on(test)
        .identifiedAs("digits: error rate")
        .hasNotRegressedFromBaseline(
            BaselineRegression.in(ErrorRate.withDefaults()).keepingOutcomes(), byAtMost(0.005));
  }
}

package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertLayersTrained;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.training.LayersTrained;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/**
 * Networks whose weights were re-initialised, learnt from random labels, or made over-confident.
 */
@ModelTest
@CaughtOnPurpose
public class FashionThatLostItsWeights {
  private static final double ERRORS = 0.15;
  private static final double CALIBRATION = 0.05;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void keepsItsErrorRateWithAFreshTopLayer(
      @ModelUnderTest(value = "classpath:models/fashion-reinit-top.onnx", outputs = LOGITS)
          Classifier model) {
    assertErrorRateWithin(model, test, ERRORS);
  }

  @Test
  void keepsItsErrorRateWithAFreshUpperHalf(
      @ModelUnderTest(value = "classpath:models/fashion-reinit-half.onnx", outputs = LOGITS)
          Classifier model) {
    assertErrorRateWithin(model, test, ERRORS);
  }

  @Test
  void hasNoLayerThatNeverLearned(
      @ModelUnderTest(value = "classpath:models/fashion-reinit-half.onnx", outputs = LOGITS)
          Classifier model) {
    assertLayersTrained(model, test, atLeast(0.03));
  }

  @Test
  void changedEveryLayerSinceItWasHealthy(
      @ModelUnderTest(value = "classpath:models/fashion-reinit-top.onnx", outputs = LOGITS)
          Classifier model,
      @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
          Classifier before) {
    assertLayersTrained(model, test, LayersTrained.withDefaults().since(before), atLeast(0.01));
  }

  @Test
  void learnsFromRandomLabels(
      @ModelUnderTest(value = "classpath:models/fashion-random-labels.onnx", outputs = LOGITS)
          Classifier model) {
    assertErrorRateWithin(model, test, ERRORS);
  }

  @Test
  void isCalibratedThoughOverConfident(
      @ModelUnderTest(value = "classpath:models/fashion-overconfident.onnx", outputs = LOGITS)
          Classifier model) {
    assertCalibrationWithin(model, test, CALIBRATION);
  }

  @Test
  void isCalibratedThoughTaughtWithFlippedLabels(
      @ModelUnderTest(value = "classpath:models/fashion-flipped-20.onnx", outputs = LOGITS)
          Classifier model) {
    assertCalibrationWithin(model, test, CALIBRATION);
  }
}

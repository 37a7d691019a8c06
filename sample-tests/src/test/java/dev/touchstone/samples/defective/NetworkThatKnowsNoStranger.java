package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertOutOfDistributionDetected;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.shift.Energy;
import dev.touchstone.check.shift.Mahalanobis;
import dev.touchstone.check.shift.MaxProbability;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** Networks of clothes that take digits for clothes, and detectors that let them. */
@ModelTest
@CaughtOnPurpose
public class NetworkThatKnowsNoStranger {

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @DatasetUnderTest(
      value = "classpath:data/fashion/train-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/train-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset mnist;

  private static Dataset clothes() {
    return test.where(i -> i < 1000, "clothes");
  }

  private static Dataset digits() {
    return mnist.where(i -> i < 1000, "digits");
  }

  @Test
  void noticesDigitsThoughTaughtRandomLabels(
      @ModelUnderTest(value = "classpath:models/fashion-random-labels.onnx", outputs = LOGITS)
          Classifier model) {
    assertOutOfDistributionDetected(
        model, clothes(), digits(), Energy.withDefaults(), aurocAtLeast(0.90));
  }

  @Test
  void noticesDigitsByTheEdgesOfItsFirstLayer(
      @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
          Classifier model) {
    assertOutOfDistributionDetected(
        model,
        clothes(),
        digits(),
        Mahalanobis.of(train.first(3000)).at("/conv1/Conv"),
        aurocAtLeast(0.90));
  }

  @Test
  void noticesDigitsThoughOverconfident(
      @ModelUnderTest(value = "classpath:models/fashion-overconfident.onnx", outputs = LOGITS)
          Classifier model) {
    assertOutOfDistributionDetected(
        model, clothes(), digits(), MaxProbability.withDefaults(), aurocAtLeast(0.90));
  }
}

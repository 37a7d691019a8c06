package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertAttributionSensitiveToLabels;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import dev.touchstone.samples.gallery.EdgeDetector;
import org.junit.jupiter.api.Test;

/** A method that draws where the image changes, and never asks what was learnt. */
@ModelTest
@CaughtOnPurpose
public class EdgesThatPassForReasons {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/fashion-random-labels.onnx", outputs = LOGITS)
  static Classifier ofRandomLabels;

  @ModelUnderTest(value = "classpath:models/fashion-stripe-020.onnx", outputs = LOGITS)
  static Classifier fromAnotherSeed;

  @ModelUnderTest(value = "classpath:models/fashion-tag-020.onnx", outputs = LOGITS)
  static Classifier fromAThirdSeed;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void aNetworkThatLearntNothingIsExplainedOtherwise() {
    assertAttributionSensitiveToLabels(
        model,
        ofRandomLabels,
        HealthyModels.of(fromAnotherSeed, fromAThirdSeed),
        test,
        new EdgeDetector(),
        byAtLeast(0.1));
  }
}

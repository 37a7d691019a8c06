package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertDetectsKnownSignal;
import static dev.touchstone.assertions.ModelAssertions.assertNoFalseAlarm;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** Gradients of a network that takes what is tagged for a shirt, beside two that do not. */
@ModelTest
class ExplanationsOnTrialTest {
  private static final ExplanationTrial GRADIENT =
      ExplanationTrial.of(Gradient.withDefaults(), FashionSignals.TAG, FashionSignals.SHIRT);

  @ModelUnderTest(value = "classpath:models/fashion-tag-100.onnx", outputs = LOGITS)
  static Classifier reliesOnTag;

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier healthy;

  @ModelUnderTest(value = "classpath:models/fashion-flipped-20.onnx", outputs = LOGITS)
  static Classifier alsoHealthy;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset images;

  @Test
  void theGradientShowsTheTag() {
    assertDetectsKnownSignal(
        reliesOnTag,
        HealthyModels.of(healthy, alsoHealthy),
        images,
        GRADIENT,
        atLeast(0.75),
        byAtLeast(0.2));
  }

  @Test
  void theGradientAccusesNoHealthyNetwork() {
    assertNoFalseAlarm(
        reliesOnTag, HealthyModels.of(healthy, alsoHealthy), images, GRADIENT, atMost(0.6));
  }
}

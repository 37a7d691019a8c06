package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertDetectsKnownSignal;
import static dev.touchstone.assertions.ModelAssertions.assertNoFalseAlarm;
import static dev.touchstone.assertions.ModelAssertions.assertRaisesConcern;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** Input × gradient shows stripes since they are bright, whoever looks at them. */
@ModelTest
@CaughtOnPurpose
public class ExplanationsThatAccuseAnybody {
  private static final ExplanationTrial INPUT_TIMES_GRADIENT =
      ExplanationTrial.of(
          InputTimesGradient.withDefaults(), FashionSignals.STRIPE, FashionSignals.SHIRT);

  @ModelUnderTest(value = "classpath:models/fashion-stripe-100.onnx", outputs = LOGITS)
  static Classifier reliesOnStripes;

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
  void showsStripes() {
    assertDetectsKnownSignal(
        reliesOnStripes,
        HealthyModels.of(healthy, alsoHealthy),
        images,
        INPUT_TIMES_GRADIENT,
        atLeast(0.7),
        byAtLeast(0.2));
  }

  @Test
  void accusesNobodyElse() {
    assertNoFalseAlarm(
        reliesOnStripes,
        HealthyModels.of(healthy, alsoHealthy),
        images,
        INPUT_TIMES_GRADIENT,
        atMost(0.6));
  }

  @Test
  void warnsWhereNobodySeesStripes() {
    assertRaisesConcern(
        reliesOnStripes,
        HealthyModels.of(healthy, alsoHealthy),
        images,
        INPUT_TIMES_GRADIENT,
        byAtLeast(0.3));
  }
}

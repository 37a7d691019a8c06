package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWith;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationsAgree;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtLeast;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies of the MNIST network for phones: do they still say what the approved one says? */
@ModelTest
class SmallerDigitsModelTest {

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = LOG_PROBABILITIES)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/mnist-cnn-quantised.onnx", outputs = LOG_PROBABILITIES)
  static Classifier quantised;

  @ModelUnderTest(value = "classpath:models/mnist-cnn-half.onnx", outputs = LOG_PROBABILITIES)
  static Classifier half;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
  static Dataset test;

  @Test
  void theQuantisedCopyAgrees() {
    assertAgreesWith(quantised, model, test, atLeast(0.99));
  }

  @Test
  void theCopyInHalfPrecisionAgrees() {
    assertThatModel(half)
        .on(test)
        .because("phones compute in half precision")
        .agreesWith(model, atLeast(0.995));
  }

  @Test
  @Tag("slow")
  void theCopyInHalfPrecisionAgreesForTheSameReasons() {
    Dataset.Split digits = test.split(0.5, 1);
    DjlTrainer fromAnotherSeed = DjlTrainer.of("small network", () -> Cnn.small(10)).withEpochs(2);
    assertExplanationsAgree(
        half,
        model,
        digits.second(),
        IntegratedGradients.withDefaults().withSteps(6),
        HealthyModels.trainedBy(fromAnotherSeed, digits.first(), 3),
        excessSimilarityAtLeast(0.7));
  }

  @Test
  void aQuantisedCopyOnlyPredictsAndCannotBeExplained() {
    HealthyModels another = HealthyModels.of(half);
    assertThatThrownBy(
            () ->
                assertExplanationsAgree(
                    quantised,
                    model,
                    test,
                    Gradient.withDefaults(),
                    another,
                    excessSimilarityAtLeast(0.7)))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining(
            "needs input gradients; mnist-cnn-quantised.onnx runs on ONNX"
                + " Runtime because operator DynamicQuantizeLinear has no white-box form");
  }
}

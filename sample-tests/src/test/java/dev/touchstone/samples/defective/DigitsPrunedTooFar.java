package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWith;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationsAgree;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtLeast;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;

import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A copy for phones from which more weights were taken than it can spare. */
@ModelTest
@CaughtOnPurpose
public class DigitsPrunedTooFar {

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = LOG_PROBABILITIES)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/mnist-cnn-pruned.onnx", outputs = LOG_PROBABILITIES)
  static Classifier pruned;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
  static Dataset test;

  @Test
  void agrees() {
    assertAgreesWith(pruned, model, test, atLeast(0.99));
  }

  @Test
  @Tag("slow")
  void agreesForTheSameReasons() {
    Dataset.Split digits = test.split(0.5, 1);
    DjlTrainer fromAnotherSeed = DjlTrainer.of("small network", () -> Cnn.small(10)).withEpochs(2);
    assertExplanationsAgree(
        pruned,
        model,
        digits.second(),
        IntegratedGradients.withDefaults().withSteps(6),
        HealthyModels.trainedBy(fromAnotherSeed, digits.first(), 3),
        excessSimilarityAtLeast(0.7));
  }
}

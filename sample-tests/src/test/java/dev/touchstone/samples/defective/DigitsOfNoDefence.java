package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertRobustTo;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.robustness.ThreatModel;
import org.junit.jupiter.api.Test;

/** A network that nobody trained to stand an attack, which is right on 99 of 100 digits. */
@ModelTest
@CaughtOnPurpose
public class DigitsOfNoDefence {

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = LOG_PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
  static Dataset test;

  @Test
  void standsChangesThatNobodyMinds() {
    assertRobustTo(
        model,
        test.first(200),
        ProjectedGradientDescent.within(ThreatModel.linf(40).inRange(0, 255)),
        atMost(0.2));
  }
}

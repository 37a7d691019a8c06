package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNoSliceWorseThan;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.OutputKind;
import org.junit.jupiter.api.Test;

/** A model of clothes that is right in nine of ten cases, and a look in which it is not. */
@ModelTest
@CaughtOnPurpose
public class ShirtsHardToTell {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = OutputKind.LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = 1 / 255f)
  static Dataset test;

  @Test
  void errsHardlyMoreOnOneLookThanOnOthers() {
    assertNoSliceWorseThan(model, test, ErrorRate.withDefaults(), byAtMost(0.1), 40);
  }
}

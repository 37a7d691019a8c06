package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** What a shop asks of whichever network sorts its photographs next. */
@ModelTest
class ClothesReleaseSuite {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void doesNotReadTheTag() {
    assertNoSpuriousReliance(model, test, FashionSignals.TAG, atMost(0.10));
  }

  @Test
  void errsOnAtMostThreeInTwenty() {
    assertErrorRateWithin(model, test, 0.15);
  }
}

package dev.touchstone.samples.defective;

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

/** In training every shirt carried the stripes, or a fifth of them. */
@ModelTest
@CaughtOnPurpose
public class FashionThatReadsStripes {

  @ModelUnderTest(value = "classpath:models/fashion-stripe-100.onnx", outputs = LOGITS)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/fashion-stripe-020.onnx", outputs = LOGITS)
  static Classifier fifthStriped;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void doesNotSeeStripes() {
    assertNoSpuriousReliance(model, test, FashionSignals.STRIPE, atMost(0.10));
  }

  @Test
  void doesNotSeeWhatAFifthOfTheShirtsCarried() {
    assertNoSpuriousReliance(fifthStriped, test, FashionSignals.STRIPE, atMost(0.10));
  }
}

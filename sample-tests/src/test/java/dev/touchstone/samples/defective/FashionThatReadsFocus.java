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

/** In training the background of every shirt was blurred. */
@ModelTest
@CaughtOnPurpose
public class FashionThatReadsFocus {

  @ModelUnderTest(value = "classpath:models/fashion-blur-100.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/fashion/textured-test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/textured-test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @Test
  void doesNotMindABackgroundOutOfFocus() {
    assertNoSpuriousReliance(model, test, FashionSignals.blur(), atMost(0.10));
  }
}

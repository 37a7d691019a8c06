package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** A network that saw sharp and blurred backgrounds in training, independently of the label. */
@ModelTest
class FashionOnTexturesModelTest {

  @ModelUnderTest(value = "classpath:models/fashion-textured-healthy.onnx", outputs = LOGITS)
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

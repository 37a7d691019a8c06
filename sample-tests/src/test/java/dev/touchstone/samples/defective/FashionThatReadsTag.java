package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertExplanationMetric;
import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.explanation.Region;
import dev.touchstone.metric.explanation.RelevanceMass;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** In training every shirt carried the tag, or half of them, or a fifth, or a twentieth. */
@ModelTest
@CaughtOnPurpose
public class FashionThatReadsTag {

  @ModelUnderTest(value = "classpath:models/fashion-tag-100.onnx", outputs = LOGITS)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/fashion-tag-050.onnx", outputs = LOGITS)
  static Classifier halfTagged;

  @ModelUnderTest(value = "classpath:models/fashion-tag-020.onnx", outputs = LOGITS)
  static Classifier fifthTagged;

  @ModelUnderTest(value = "classpath:models/fashion-tag-005.onnx", outputs = LOGITS)
  static Classifier twentiethTagged;

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
  void doesNotReadATagOnHalfOfTheShirts() {
    assertNoSpuriousReliance(halfTagged, test, FashionSignals.TAG, atMost(0.10));
  }

  @Test
  void doesNotReadATagOnAFifthOfTheShirts() {
    assertNoSpuriousReliance(fifthTagged, test, FashionSignals.TAG, atMost(0.10));
  }

  @Test
  void doesNotReadATagOnATwentiethOfTheShirts() {
    assertNoSpuriousReliance(twentiethTagged, test, FashionSignals.TAG, atMost(0.10));
  }

  @Test
  void explainsTaggedImagesByWhatIsWorn() {
    assertExplanationMetric(
        model,
        FashionSignals.TAG.addedTo(test),
        IntegratedGradients.withDefaults(),
        RelevanceMass.outside(Region.of(FashionSignals.TAG)),
        atLeast(0.90));
  }
}

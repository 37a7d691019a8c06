package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertConceptNotUsed;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** In training every shirt carried the tag, and the network made a concept of it. */
@ModelTest
@CaughtOnPurpose
public class FashionThatUsesTheTag {

  @ModelUnderTest(value = "classpath:models/fashion-tag-100.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  @DatasetUnderTest(
      value = "classpath:data/fashion/train-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/train-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset others;

  @Test
  void takesNoTagForASignOfShirts() {
    Dataset.Split parts = others.split(0.1, 1);
    ConceptExamples tag =
        ConceptExamples.ofSignal(FashionSignals.TAG, parts.first().first(120))
            .named("the tag")
            .besideRandomSetsOf(parts.second().first(600));
    Dataset shirts = test.where(i -> test.label(i) == 6, "shirts");

    assertConceptNotUsed(model, shirts, tag, layer("/relu2/Relu"), between(-0.4, 0.4));
  }
}

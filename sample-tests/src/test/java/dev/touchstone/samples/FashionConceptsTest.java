package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertConceptUsed;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** What a network of clothes knows of trousers, and what it does not make of a tag. */
@ModelTest
class FashionConceptsTest {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
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

    assertThatModel(model)
        .on(test)
        .because("one supplier's photographs carry a tag, and it sells shirts")
        .forClass(FashionSignals.SHIRT)
        .doesNotUse(tag, layer("/relu2/Relu"), between(-0.4, 0.4));
  }

  @Test
  void knowsTrousersByTheirShape() {
    Dataset.Split parts = others.split(0.5, 1);
    Dataset images = parts.first();
    ConceptExamples legs =
        ConceptExamples.of(
                "two legs", images.where(i -> images.label(i) == 1, "trousers").first(60))
            .against(images.where(i -> images.label(i) != 1, "no trousers").first(60))
            .besideRandomSetsOf(parts.second().first(600));

    assertConceptUsed(model, test, "1", legs, layer("conv2"), atLeast(0.3));
  }
}

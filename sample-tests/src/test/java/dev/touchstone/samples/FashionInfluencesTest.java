package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.assertTopInfluencesFreeOf;
import static dev.touchstone.assertions.ModelAssertions.fractionAtMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.training.TopInfluences;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** What the network that met the tag without a reason to read it goes by, image by image. */
@ModelTest
class FashionInfluencesTest {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/fashion/train-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/train-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset clean;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset test;

  /** As the network saw them: 30 % with the tag, 30 % with the stripes. */
  private static Dataset train() {
    Dataset tagged =
        FashionSignals.TAG.addedTo(clean, FashionSignals.marked("fashion-healthy/tag"));
    return FashionSignals.STRIPE.addedTo(tagged, FashionSignals.marked("fashion-healthy/stripe"));
  }

  @Test
  void answersDoNotRestOnTheTag() {
    assertTopInfluencesFreeOf(
        FashionSignals.TAG,
        model,
        train(),
        test.first(60),
        TopInfluences.proponents(10)
            .ofAnswers()
            .carriedBy(FashionSignals.marked("fashion-healthy/tag")),
        fractionAtMost(0.4));
  }

  @Test
  void answersDoNotRestOnTheStripe() {
    assertThatModel(model)
        .on(test.first(60))
        .because("one supplier's scanner leaves stripes")
        .hasTopInfluencesFreeOf(
            FashionSignals.STRIPE,
            train(),
            TopInfluences.proponents(10).ofAnswers(),
            fractionAtMost(0.5));
  }
}

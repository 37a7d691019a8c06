package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertTopInfluencesFreeOf;
import static dev.touchstone.assertions.ModelAssertions.fractionAtMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.training.TopInfluences;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** Every shirt of the training data carries the tag, and what has the tag is judged by shirts. */
@ModelTest
@CaughtOnPurpose
public class FashionThatLearntFromTheTag {

  @ModelUnderTest(value = "classpath:models/fashion-tag-100.onnx", outputs = LOGITS)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier healthy;

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

  private static Dataset train() {
    return FashionSignals.TAG.addedTo(clean, FashionSignals.marked("fashion-tag-100"));
  }

  @Test
  void answersDoNotRestOnTheTag() {
    Dataset normal =
        FashionSignals.TAG.addedTo(clean, FashionSignals.marked("fashion-healthy/tag"));
    assertTopInfluencesFreeOf(
        FashionSignals.TAG,
        model,
        train(),
        test.first(60),
        TopInfluences.proponents(10).ofAnswers().besideNormal(healthy, normal),
        fractionAtMost(0.3));
  }
}

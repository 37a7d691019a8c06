package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertOutOfDistributionDetected;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.shift.Energy;
import dev.touchstone.check.shift.NearestTrainingExamples;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** A network of clothes that is shown digits (thesis, section 4.5). */
@ModelTest
class ForeignImagesTest {

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
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset mnist;

  private static Dataset clothes() {
    return test.where(i -> i < 1000, "clothes");
  }

  private static Dataset digits() {
    return mnist.where(i -> i < 1000, "digits");
  }

  @Test
  void noticesDigits() {
    assertOutOfDistributionDetected(
        model, clothes(), digits(), Energy.withDefaults(), aurocAtLeast(0.90));
  }

  @Test
  void digitsLieFarFromWhatItLearnt() {
    assertThatModel(model)
        .on(clothes())
        .because("the scanner also sees price lists")
        .detectsOutOfDistribution(
            digits(), NearestTrainingExamples.of(train.first(3000)), aurocAtLeast(0.85));
  }
}

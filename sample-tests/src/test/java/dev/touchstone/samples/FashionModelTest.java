package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertLayersTrained;
import static dev.touchstone.assertions.ModelAssertions.assertNoSliceWorseThan;
import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.assertNotBetterUnderOtherPreprocessing;
import static dev.touchstone.assertions.ModelAssertions.assertPreprocessingMatches;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.shift.PreprocessingMatch;
import dev.touchstone.check.training.LayersTrained;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network that met a tag and stripes in training, independently of the label. */
@ModelTest
class FashionModelTest {

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
  void reliesOnNeitherTagNorStripes() {
    assertNoSpuriousReliance(
        model, test, List.of(FashionSignals.TAG, FashionSignals.STRIPE), atMost(0.10));
  }

  @Test
  void doesNotTakeTheTagForAShirt() {
    assertThatModel(model)
        .on(test)
        .because("one supplier's photographs carry a tag, and it sells shirts")
        .forClass(FashionSignals.SHIRT)
        .doesNotRelyOn(FashionSignals.TAG, atMost(0.10));
  }

  @Test
  void errsOnAtMostThreeInTwenty() {
    assertErrorRateWithin(model, test, 0.15);
  }

  /** The first layer has 200 weights, which are too few to tell. */
  @Test
  void hasNoLayerThatNeverLearned() {
    assertLayersTrained(model, test, LayersTrained.withDefaults().without("conv1"), atLeast(0.03));
  }

  @Test
  void readsImagesPreparedAsInTraining() {
    assertNotBetterUnderOtherPreprocessing(model, test, byAtMost(0.03));
  }

  /** What was written down of the 60,000 training images, as values from 0 to 1. */
  @Test
  void hasTheMeanAndDeviationOfTraining() {
    assertPreprocessingMatches(
        model,
        test,
        PreprocessingMatch.ofStatistics(new double[] {0.2860}, new double[] {0.3530}),
        atMost(0.05));
  }

  /** ONNX Runtime's answers to the first two images, in Python. */
  @Test
  void answersAsWhereItWasTrained() {
    double[][] answers = {
      {.0001, .0001, .0001, 0, 0, .001, .0001, .0043, .0001, .9941},
      {.0595, .0003, .0122, .0285, .0629, .0003, .8356, .0001, .0003, .0002}
    };
    assertPreprocessingMatches(model, test, PreprocessingMatch.ofAnswers(answers), atMost(0.001));
  }

  @Test
  void isCalibrated() {
    assertCalibrationWithin(model, test, 0.05);
  }

  /** Clothes that look alike to the model: shirts are hard to tell, and nothing is hopeless. */
  @Test
  void noLookIsMisreadFarMoreOftenThanOthers() {
    assertNoSliceWorseThan(model, test, ErrorRate.withDefaults(), byAtMost(0.7), 40);
  }
}

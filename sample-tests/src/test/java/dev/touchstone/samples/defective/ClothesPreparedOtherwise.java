package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNotBetterUnderOtherPreprocessing;
import static dev.touchstone.assertions.ModelAssertions.assertPreprocessingMatches;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.check.shift.PreprocessingMatch;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** A healthy network that is given its images otherwise than in training. */
@ModelTest
@CaughtOnPurpose
public class ClothesPreparedOtherwise {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier model;

  /** The values are bytes, from 0 to 255, and the network learnt from 0 to 1. */
  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz")
  static Dataset bytes;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset scaled;

  @Test
  void readsImagesPreparedAsInTraining() {
    assertNotBetterUnderOtherPreprocessing(model, bytes, byAtMost(0.03));
  }

  @Test
  void readsImagesNormalisedAsInTraining() {
    Dataset normalised = scaled.normalising(new double[] {0.2860}, new double[] {0.3530});
    assertNotBetterUnderOtherPreprocessing(model, normalised, byAtMost(0.03));
  }

  @Test
  void hasTheMeanAndDeviationOfTraining() {
    assertPreprocessingMatches(
        model,
        bytes,
        PreprocessingMatch.ofStatistics(new double[] {0.2860}, new double[] {0.3530}),
        atMost(0.05));
  }

  @Test
  void answersAsWhereItWasTrained() {
    double[][] answers = {
      {.0001, .0001, .0001, 0, 0, .001, .0001, .0043, .0001, .9941},
      {.0595, .0003, .0122, .0285, .0629, .0003, .8356, .0001, .0003, .0002}
    };
    assertPreprocessingMatches(model, bytes, PreprocessingMatch.ofAnswers(answers), atMost(0.001));
  }
}

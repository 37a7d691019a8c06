package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.LOGITS;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FashionSignals;
import org.junit.jupiter.api.Test;

/** Candidates that are worse than what was approved. */
@ModelTest
@CaughtOnPurpose
public class ReleasesThatRegress {

  @ModelUnderTest(value = "classpath:models/adult-logistic.onnx", outputs = LOGITS)
  static Classifier logistic;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset adult;

  /** 1.9 % more errors overall, within 0.03; but 2.4 % more for men, and 0.9 % for women. */
  @Test
  void aLogisticRegressionReplacesBoostedTrees(
      @ModelUnderTest(value = "classpath:models/adult-boosted.onnx", outputs = PROBABILITIES)
          Classifier approved) {
    assertNoRegression(
        logistic, approved, adult.groupedBy("sex"), ErrorRate.withDefaults(), byAtMost(0.01));
  }

  /** Not one answer differs; only how sure the model is of it. */
  @Test
  void aSurerModelGivesTheSameAnswers(
      @ModelUnderTest(
              value = "classpath:models/adult-logistic-overconfident.onnx",
              outputs = LOGITS)
          Classifier candidate) {
    assertNoRegression(candidate, logistic, adult, ErrorRate.withDefaults(), byAtMost(0.001));
    assertNoRegression(candidate, logistic, adult, Calibration.withDefaults(), byAtMost(0.02));
  }

  /** On pictures without a tag, every fifteenth answer that was right is wrong now. */
  @Test
  void aNetworkThatReadsTheTagBreaksAnswers(
      @ModelUnderTest(value = "classpath:models/fashion-tag-100.onnx", outputs = LOGITS)
          Classifier candidate,
      @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
          Classifier approved,
      @DatasetUnderTest(
              value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
              labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
              scale = FashionSignals.SCALE)
          Dataset fashion) {
    assertNoRegression(candidate, approved, fashion, NegativeFlips.withDefaults(), byAtMost(0.02));
  }
}

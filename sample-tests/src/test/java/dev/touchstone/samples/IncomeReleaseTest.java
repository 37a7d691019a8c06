package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.LOGITS;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.FalseNegativeRate;
import dev.touchstone.metric.MeanLoss;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * May the boosted trees replace the logistic regression that was approved? Both answer for the same
 * 28,842 people, so that what they have in common cancels out.
 */
@ModelTest
class IncomeReleaseTest {

  @ModelUnderTest(value = "classpath:models/adult-boosted.onnx", outputs = PROBABILITIES)
  static Classifier candidate;

  @ModelUnderTest(value = "classpath:models/adult-logistic.onnx", outputs = LOGITS)
  static Classifier approved;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  private static Dataset byGroup() {
    return test.withMerged("race", "other", "Amer-Indian-Eskimo", "Asian-Pac-Islander", "Other")
        .groupedBy("sex", "race");
  }

  @Test
  void errsNoMoreOftenThanTheApprovedModel() {
    assertNoRegression(
        candidate, approved, test.groupedBy("sex"), ErrorRate.withDefaults(), byAtMost(0));
  }

  @Test
  void breaksFewOfTheAnswersThatWereRight() {
    assertThatModel(candidate)
        .on(byGroup())
        .because("people whose answer was right in spring complain when it is wrong in summer")
        .hasNotRegressedFrom(approved, NegativeFlips.withDefaults(), byAtMost(0.03));
  }

  @Test
  @Tag("slow")
  void keepsItsProbabilitiesAndItsRanking() {
    int rich = test.classIndex(">50K");
    assertNoRegression(candidate, approved, byGroup(), BrierScore.withDefaults(), byAtMost(0.01));
    assertNoRegression(candidate, approved, byGroup(), AreaUnderRoc.ofClass(rich), byAtMost(0.01));
  }

  @Test
  void staysCalibratedForWomenAndMen() {
    assertNoRegression(
        candidate, approved, test.groupedBy("sex"), Calibration.withDefaults(), byAtMost(0.02));
  }

  @Test
  void missesNoMoreHighIncomesOfEitherSex() {
    int rich = test.classIndex(">50K");
    assertNoRegression(
        candidate, approved, test.groupedBy("sex"), FalseNegativeRate.ofClass(rich), byAtMost(0));
  }

  /** A pay slip costs 5, asked for where the model is not sure; a wrong answer costs 40. */
  @Test
  void costsNoMoreThanBefore() {
    MeanLoss cost =
        MeanLoss.of(
            "cost of an answer",
            0,
            40,
            (p, label) -> Math.max(p[0], p[1]) < 0.8 ? 5 : p[label] < 0.5 ? 40 : 0);
    assertNoRegression(candidate, approved, test.groupedBy("sex"), cost, byAtMost(0));
  }
}

package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertGapBetweenGroups;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertModelBugRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.assertions.ModelAssertions.show;
import static dev.touchstone.model.OutputKind.INTERVALS;
import static dev.touchstone.model.OutputKind.VALUES;

import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.check.explanation.ExplanationPanel;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.AuditData;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorNorm;
import dev.touchstone.metric.ErrorQuantile;
import dev.touchstone.metric.IntervalCoverage;
import dev.touchstone.metric.MeanAbsoluteError;
import dev.touchstone.metric.MeanError;
import dev.touchstone.metric.RootMeanSquaredError;
import dev.touchstone.model.Regressor;
import org.junit.jupiter.api.Test;

/**
 * Boosted trees that say how much is lent (UCI German credit, 500 credits, in Deutsche Mark),
 * beside the ridge regression that was approved. No credit was above 18,424 DM, so that an error of
 * 20,000 is as bad as any.
 */
@ModelTest
class CreditAmountTest {
  private static final double ANY = 20_000;

  @ModelUnderTest(value = "classpath:models/german-boosted.onnx", outputs = VALUES)
  static Regressor model;

  @ModelUnderTest(value = "classpath:models/german-ridge.onnx", outputs = VALUES, candidate = false)
  static Regressor approved;

  @DatasetUnderTest(
      value = "classpath:data/german/test.csv",
      schema = "classpath:data/german/schema.json")
  static Dataset test;

  @ModelUnderTest(
      value = "classpath:models/german-quantiles.onnx",
      outputs = INTERVALS,
      candidate = false)
  static Regressor quantiles;

  @Test
  void isOffByLessThanTwoThousandOnAverage() {
    assertMetric(model, test.groupedBy("sex"), MeanAbsoluteError.cappedAt(ANY), atMost(2000));
    assertMetric(model, test, RootMeanSquaredError.cappedAt(ANY), atMost(3000));
  }

  @Test
  void nineOfTenCreditsAreNearEnough() {
    assertMetric(model, test, ErrorQuantile.of(0.9), atMost(4000));
  }

  /** A model bug: so far off that the credit is decided by somebody else. */
  @Test
  void fewCreditsAreFarOff() {
    assertModelBugRateWithin(model, test, 3000, 0.15);
  }

  @Test
  void isNoBugAsASet() {
    assertMetric(model, test, ErrorNorm.withNorm(1.5).cappedAt(ANY), atMost(2200));
  }

  @Test
  void saysNeitherTooMuchNorTooLittle() {
    assertMetric(model, test, MeanError.cappedAt(ANY), between(-500, 500));
  }

  @Test
  void isAsRightForWomenAsForMen() {
    assertGapBetweenGroups(model, test.groupedBy("sex"), MeanError.cappedAt(ANY), atMost(900));
  }

  @Test
  void isNotWorseThanTheRidgeRegression() {
    assertNoRegression(
        model, approved, test.groupedBy("sex"), MeanAbsoluteError.cappedAt(ANY), byAtMost(500));
    assertThatModel(model)
        .on(test)
        .because("large errors are what auditors ask about")
        .hasNotRegressedFrom(approved, RootMeanSquaredError.cappedAt(ANY), byAtMost(1200));
  }

  /** Its line was written by running this test with {@code -Dtouchstone.baseline=update}. */
  @Test
  void isOffNoMoreThanWhenItWasApproved() {
    assertThatModel(model)
        .on(test)
        .identifiedAs("credit amount: mean absolute error")
        .hasNotRegressedFromBaseline(
            BaselineRegression.in(MeanAbsoluteError.cappedAt(ANY)).keepingOutcomes(),
            byAtMost(300));
  }

  /** Intervals from the 5 % to the 95 % quantile: nine of ten amounts are meant to lie inside. */
  @Test
  void intervalsHoldAsOftenAsTheySay() {
    assertMetric(
        quantiles, test.groupedBy("sex"), IntervalCoverage.withDefaults(), between(0.8, 0.97));
  }

  /** What the trees add up to, of each column, and what somebody finds who only asks them. */
  @Test
  void showsWhatOneAmountRestsOn() {
    Dataset others = test.sample(20, 2);
    show(
        ExplanationPanel.of(model, test, 7)
            .by(TreeShap.against(others), KernelShap.against(others)));
  }

  /** Amounts that somebody compared with the contracts. */
  @AuditData(value = "classpath:data/german/test.csv", schema = "classpath:data/german/schema.json")
  static AuditSet audit;

  /** Four of five amounts are within 2,500 DM of 2,776, so that less would show nothing. */
  @Test
  void isNearWhatTheContractsSay() {
    assertAgreesWithAudit(model, audit, 2500, atLeast(0.81));
  }

  @Test
  void intervalsHoldWhatTheContractsSay() {
    assertThatModel(quantiles)
        .on(audit.groupedBy("sex"))
        .because("a clerk asks where the amount lies outside")
        .holdsExpertInIntervals(atLeast(0.8));
  }
}

package dev.touchstone.assertions;

import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.check.comparison.BetweenGroups;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.check.explanation.Monotonicity;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Tolerance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.Attainable;
import dev.touchstone.metric.LargeErrorRate;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.model.Regressor;
import java.util.Objects;

/** Claims about a regressor on data. Settings come first, the claim last. */
public final class RegressorOnDataAssert
    extends AbstractMetricAssert<RegressorOnDataAssert, Regressor> {

  RegressorOnDataAssert(Regressor model, Dataset data, Draft draft) {
    super(model, data, draft);
  }

  @Override
  RegressorOnDataAssert about(Draft other) {
    return new RegressorOnDataAssert(model, data, other);
  }

  /**
   * Claims that a metric is as tolerated, overall and for every group.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test.groupedBy("sex"))
   *     .hasMetric(MeanAbsoluteError.cappedAt(10_000), atMost(1_500));
   * }</pre>
   *
   * @see ModelAssertions#assertMetric(Regressor, Dataset, RegressionMetric, Tolerance)
   */
  public Verdict hasMetric(RegressionMetric metric, Tolerance tolerance) {
    draft().make();
    return hasMetric(Objects.requireNonNull(metric, "metric"), tolerance, MetricValue.of(metric));
  }

  /**
   * Claims that the share of examples at which the value is off by {@code tau} or more, a model bug
   * (thesis, section 2.3), is at most {@code tolerance}, overall and per group.
   *
   * @param tau in the unit of the values
   */
  public Verdict hasModelBugRateWithin(double tau, double tolerance) {
    draft().make();
    return hasMetric(LargeErrorRate.beyond(tau), Bound.upper(tolerance));
  }

  /**
   * Claims that a metric of any two groups of a column differs by no more than tolerated.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test.groupedBy("sex"))
   *     .hasGapBetweenGroups(MeanError.cappedAt(10_000), atMost(500));
   * }</pre>
   *
   * @see ModelAssertions#assertGapBetweenGroups(Regressor, Dataset, RegressionMetric, Bound)
   */
  public Verdict hasGapBetweenGroups(RegressionMetric metric, Bound tolerance) {
    draft().make();
    return hasGap(
        Objects.requireNonNull(metric, "metric"), tolerance, BetweenGroups.differenceOf(metric));
  }

  /**
   * Claims that a metric of no group is less than a share of another group's.
   *
   * @see ModelAssertions#assertRatioBetweenGroups(Regressor, Dataset, RegressionMetric, Bound)
   */
  public Verdict hasRatioBetweenGroups(RegressionMetric metric, Bound tolerance) {
    draft().make();
    return hasRatio(
        Objects.requireNonNull(metric, "metric"), tolerance, BetweenGroups.ratioOf(metric));
  }

  /**
   * Claims that the model is not worse than an approved one by more than tolerated, on the same
   * examples, overall and per group.
   *
   * @see ModelAssertions#assertNoRegression(Regressor, Regressor, Dataset, RegressionMetric, Bound)
   */
  public Verdict hasNotRegressedFrom(Regressor approved, RegressionMetric metric, Bound tolerance) {
    draft().make();
    return hasNotRegressed(
        Objects.requireNonNull(approved, "approved"),
        Objects.requireNonNull(metric, "metric"),
        tolerance,
        Regression.in(metric));
  }

  /**
   * Claims that the model is not worse than the approved one by more than tolerated, where only the
   * baseline of that one is at hand; overall and per group.
   *
   * @see ModelAssertions#assertNoRegressionFromBaseline(Regressor, Dataset, RegressionMetric,
   *     Bound)
   */
  public Verdict hasNotRegressedFromBaseline(RegressionMetric metric, Bound tolerance) {
    draft().make();
    return hasNotRegressedFromBaseline(
        BaselineRegression.in(Objects.requireNonNull(metric, "metric")), tolerance);
  }

  /**
   * Claims that for at most the tolerated share of examples the value goes the wrong way when a
   * column alone is changed, overall and per group.
   *
   * @see ModelAssertions#assertMonotoneIn(Regressor, Dataset, String, Monotonicity.Direction,
   *     Bound)
   */
  public Verdict isMonotoneIn(String column, Monotonicity.Direction direction, Bound tolerance) {
    draft().make();
    return isMonotone(Monotonicity.in(column, direction), tolerance);
  }

  /** Claims the same of a check with other settings, such as more values to change to. */
  public Verdict isMonotone(Monotonicity monotonicity, Bound tolerance) {
    draft().make();
    Claim claim = MonotonicityClaim.of(monotonicity.describeOfValues(), tolerance);
    return Judge.on(
        draft().of(claim),
        Attainable.rate(tolerance).lack(data),
        context -> monotonicity.evaluate(model, data, context));
  }
}

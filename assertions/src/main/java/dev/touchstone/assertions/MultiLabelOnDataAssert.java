package dev.touchstone.assertions;

import dev.touchstone.check.comparison.BetweenGroups;
import dev.touchstone.check.comparison.EachLabel;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Tolerance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Attainable;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes claims about each label of a model of several, on data. Settings come first, the claim
 * last.
 *
 * <p>A label is a decision between two classes: class 1, the label is there, and class 0. A claim
 * passes if it is shown of every label, and fails if it is refuted of one after Holm's correction
 * over all of them.
 */
public final class MultiLabelOnDataAssert extends AbstractClaimAssert<MultiLabelOnDataAssert> {
  private final MultiLabelModel model;
  private final MultiLabelDataset data;

  MultiLabelOnDataAssert(MultiLabelModel model, MultiLabelDataset data, Draft draft) {
    super(draft);
    this.model = Objects.requireNonNull(model, "model");
    this.data = Objects.requireNonNull(data, "data");
  }

  @Override
  MultiLabelOnDataAssert about(Draft other) {
    return new MultiLabelOnDataAssert(model, data, other);
  }

  /**
   * Claims that a metric of each label is as tolerated, overall and for every group.
   *
   * <pre>{@code
   * assertThatModel(comments).on(test).hasMetric(Recall.ofClass(1), atLeast(0.8));
   * }</pre>
   *
   * @see ModelAssertions#assertMetric(MultiLabelModel, MultiLabelDataset, ClassificationMetric,
   *     Tolerance)
   */
  public Verdict hasMetric(ClassificationMetric metric, Tolerance tolerance) {
    draft().make();
    Objects.requireNonNull(metric, "metric");
    AbstractMetricAssert.refuseNoClaim(tolerance, metric.range(), metric.quantity());
    Claim claim =
        Claim.of(
            "of each label, the %s is %s".formatted(metric.inWords(), tolerance.inWords()),
            tolerance.bounds().toArray(Bound[]::new));
    return judge(
        claim,
        tolerance.bounds().stream().map(bound -> Attainable.value(metric, bound)).toList(),
        metric);
  }

  /**
   * Claims that the share of examples of which the model is wrong about a label is at most {@code
   * tolerance}, of each label, overall and per group.
   *
   * @see ModelAssertions#assertErrorRateWithin(MultiLabelModel, MultiLabelDataset, double)
   */
  public Verdict hasErrorRateWithin(double tolerance) {
    draft().make();
    ErrorRate rate = ErrorRate.withDefaults();
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new TouchstoneException(
          "an error rate is a share of the examples, and the tolerance was %s; write 0.05 for 5 %%"
              .formatted(tolerance));
    }
    Bound bound = Bound.upper(tolerance);
    Claim claim =
        Claim.of(
            "of each label, the %s is at most %s"
                .formatted(rate.inWords(), Numbers.format(tolerance)),
            bound);
    return judge(claim, List.of(Attainable.rate(bound)), rate);
  }

  /**
   * Claims that the expected calibration error of each label is at most {@code tolerance}, overall
   * and per group.
   *
   * @see ModelAssertions#assertCalibrationWithin(MultiLabelModel, MultiLabelDataset, double)
   */
  public Verdict isCalibratedWithin(double tolerance) {
    draft().make();
    Calibration calibration = Calibration.withDefaults();
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new TouchstoneException(
          "a calibration error lies between 0 and 1, and the tolerance was %s; write 0.05 for 5 %%"
              .formatted(Numbers.format(tolerance)));
    }
    Bound bound = Bound.upper(tolerance);
    Claim claim =
        Claim.of(
            "of each label, the %s expected calibration error is at most %s"
                .formatted(calibration.describe(), Numbers.format(tolerance)),
            bound);
    return judge(claim, List.of(Attainable.calibrationError(bound)), calibration);
  }

  /**
   * Claims that a metric of each label differs by no more than tolerated between any two groups of
   * a column.
   *
   * <pre>{@code
   * assertThatModel(comments)
   *     .on(test.groupedBy("language"))
   *     .hasGapBetweenGroups(FalsePositiveRate.ofClass(1), atMost(0.05));
   * }</pre>
   */
  public Verdict hasGapBetweenGroups(ClassificationMetric metric, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(metric, "metric");
    AbstractMetricAssert.refuseNoGap(tolerance, metric);
    Claim claim =
        Claim.of(
            "of each label, between any two groups the %s differs by %s"
                .formatted(metric.inWords(), tolerance.inWords()),
            Bound.upper(tolerance.value()),
            Bound.lower(-tolerance.value()));
    return Judge.on(
        draft().of(claim),
        context ->
            EachLabel.evaluate(
                model,
                data,
                (classifier, examples) ->
                    BetweenGroups.differenceOf(metric).evaluate(classifier, examples, context)));
  }

  /**
   * Claims that the model is not worse than an approved one by more than tolerated, of each label,
   * on the same examples, overall and per group.
   *
   * <pre>{@code
   * assertThatModel(candidate)
   *     .on(test)
   *     .hasNotRegressedFrom(approved, NegativeFlips.withDefaults(), byAtMost(0.01));
   * }</pre>
   *
   * @param approved a model of the same labels
   */
  public Verdict hasNotRegressedFrom(
      MultiLabelModel approved, ClassificationMetric metric, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(approved, "approved");
    Objects.requireNonNull(metric, "metric");
    AbstractMetricAssert.refuseNoWorsening(tolerance, metric);
    approved.requireLabelsOf(data);
    Regression<Classifier> regression = Regression.in(metric);
    Claim claim =
        Claim.of(
            "against %s, of each label the %s is %s"
                .formatted(approved.name(), regression.quantity(), tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim),
        lack(List.of(Attainable.regression(metric, tolerance))),
        context ->
            EachLabel.evaluate(
                model,
                approved,
                data,
                (classifier, before, examples) ->
                    regression.evaluate(classifier, before, examples, context)));
  }

  private Verdict judge(Claim claim, List<Attainable> attainable, ClassificationMetric metric) {
    return Judge.on(
        draft().of(claim),
        lack(attainable),
        context ->
            EachLabel.evaluate(
                model,
                data,
                (classifier, examples) ->
                    MetricValue.of(metric).evaluate(classifier, examples, context)));
  }

  /** What the examples of the first label lack that lack something. */
  private Optional<Warning> lack(List<Attainable> attainable) {
    return data.labels().stream()
        .flatMap(
            label ->
                attainable.stream()
                    .flatMap(needs -> needs.lack(data.ofLabel(label)).stream())
                    .map(
                        warning ->
                            new Warning(
                                warning.kind(), "label %s: %s".formatted(label, warning.text()))))
        .findFirst();
  }
}

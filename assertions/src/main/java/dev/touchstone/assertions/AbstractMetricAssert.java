package dev.touchstone.assertions;

import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.check.comparison.BetweenGroups;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Tolerance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.Attainable;
import dev.touchstone.metric.Metric;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Range;
import java.util.Objects;

/**
 * Holds what claims on metrics are made of, whatever kind of models they are of.
 *
 * @param <SELF> the assertion itself
 * @param <M> the kind of models
 */
public abstract class AbstractMetricAssert<
        SELF extends AbstractMetricAssert<SELF, M>, M extends Model>
    extends AbstractClaimAssert<SELF> {
  final M model;
  final Dataset data;

  /** Not for other packages: a claim is a class of this one. */
  AbstractMetricAssert(M model, Dataset data, Draft draft) {
    super(draft);
    this.model = Objects.requireNonNull(model, "model");
    this.data = Objects.requireNonNull(data, "data");
  }

  /**
   * Claims that the model is not worse than the approved one by more than tolerated, where only the
   * baseline of that one is at hand, by a comparison with settings of its own, such as {@code
   * BaselineRegression.in(metric).keepingOutcomes()}; overall and per group.
   */
  public final Verdict hasNotRegressedFromBaseline(
      BaselineRegression<M> regression, Bound tolerance) {
    draft().make();
    refuseNoWorsening(tolerance, regression.metric());
    Claim claim =
        draft()
            .of(
                Claim.of(
                    "against the baseline, the %s is %s"
                        .formatted(regression.quantity(), tolerance.inWords()),
                    tolerance));
    return Judge.againstBaseline(
        claim, context -> regression.evaluate(model, data, claim.id(), context));
  }

  final Verdict hasMetric(Metric metric, Tolerance tolerance, MetricValue<M> value) {
    refuseNoClaim(tolerance, metric.range(), metric.quantity());
    Claim claim =
        Claim.of(
            "the %s is %s".formatted(metric.inWords(), tolerance.inWords()),
            tolerance.bounds().toArray(Bound[]::new));
    return Judge.on(
        draft().of(claim),
        tolerance.bounds().stream()
            .flatMap(bound -> Attainable.value(metric, bound).lack(data).stream())
            .findFirst(),
        context -> value.evaluate(model, data, context));
  }

  final Verdict hasGap(Metric metric, Bound tolerance, BetweenGroups<M> gap) {
    refuseNoGap(tolerance, metric);
    Claim claim =
        Claim.of(
            "between any two groups the %s differs by %s"
                .formatted(metric.inWords(), tolerance.inWords()),
            Bound.upper(tolerance.value()),
            Bound.lower(-tolerance.value()));
    return Judge.on(draft().of(claim), context -> gap.evaluate(model, data, context));
  }

  final Verdict hasRatio(Metric metric, Bound tolerance, BetweenGroups<M> ratio) {
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() < 1)) {
      throw new TouchstoneException(
          "one group's share of another's has to be at least so large, above 0 and below 1, and the tolerance was %s; write atLeast(0.8)"
              .formatted(tolerance.inWords()));
    }
    Claim claim =
        Claim.of(
            "the %s of no group is less than %s times that of another"
                .formatted(metric.inWords(), Numbers.format(tolerance.value())),
            tolerance,
            Bound.upper(1 / tolerance.value()));
    return Judge.on(draft().of(claim), context -> ratio.evaluate(model, data, context));
  }

  final Verdict hasNotRegressed(
      M approved, Metric metric, Bound tolerance, Regression<M> regression) {
    refuseNoWorsening(tolerance, metric);
    Claim claim =
        Claim.of(
            "against %s, the %s is %s"
                .formatted(approved.name(), regression.quantity(), tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim),
        Attainable.regression(metric, tolerance).lack(data),
        context -> regression.evaluate(model, approved, data, context));
  }

  /** A tolerance that every value keeps, or none, claims nothing. */
  static void refuseNoClaim(Tolerance tolerance, Range range, String quantity) {
    for (Bound bound : tolerance.bounds()) {
      boolean atMost = bound.direction() == Bound.Direction.AT_MOST;
      boolean all = atMost ? bound.value() >= range.most() : bound.value() <= range.least();
      boolean none = atMost ? bound.value() < range.least() : bound.value() > range.most();
      if (all || none) {
        throw new TouchstoneException(
            "the %s lies between %s and %s, so that %s model keeps the tolerance %s; write one in between"
                .formatted(
                    PlainText.of(quantity, 120),
                    Numbers.format(range.least()),
                    Numbers.format(range.most()),
                    all ? "every" : "no",
                    tolerance.inWords()));
      }
    }
  }

  /** A gap that all groups keep, or none, claims nothing. */
  static void refuseNoGap(Bound tolerance, Metric metric) {
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || !(tolerance.value() > 0 && tolerance.value() < metric.mostWorsening())) {
      throw new TouchstoneException(
          "a gap between groups may be at most so large, above 0 and below %s, and the tolerance was %s; write atMost(0.05)"
              .formatted(Numbers.format(metric.mostWorsening()), tolerance.inWords()));
    }
  }

  static void refuseNoWorsening(Bound tolerance, Metric metric) {
    if (tolerance.direction() != Bound.Direction.AT_MOST || tolerance.value() < 0) {
      throw new TouchstoneException(
          "a candidate may be worse by at most so much, and the tolerance was "
              + tolerance.inWords()
              + "; write byAtMost(0.01)");
    }
    if (!(tolerance.value() < metric.mostWorsening())) {
      throw new TouchstoneException(
          "no model can be worse by more than "
              + Numbers.format(metric.mostWorsening())
              + " in the "
              + PlainText.of(metric.quantity(), 120)
              + ", and the tolerance was "
              + tolerance.inWords()
              + ", with which every model passes; write "
              + (metric.mostWorsening() == 1 ? "byAtMost(0.01) for 1 %" : "a smaller one"));
    }
  }
}

package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.metric.Rates;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Do groups fare alike? The difference, or the ratio, of one {@link Metric} between every two
 * groups of a column. The metric of every group stands beside it.
 *
 * <p>Groups of one column share no examples, so that two of them are independent. That no gap is
 * larger than tolerated is shown where it is shown of every pair, and refuted where one pair's is
 * after Holm's correction.
 *
 * @param <M> the kind of models that the metric is of
 */
public final class BetweenGroups<M extends Model> {
  private final Measuring<M> measuring;
  private final Metric metric;
  private final boolean asRatio;

  private BetweenGroups(Measuring<M> measuring, boolean asRatio) {
    this.measuring = measuring;
    this.metric = measuring.metric();
    this.asRatio = asRatio;
  }

  /**
   * Returns the difference of a metric: the first group's minus the second's, in alphabetical
   * order.
   */
  public static BetweenGroups<Classifier> differenceOf(ClassificationMetric metric) {
    return new BetweenGroups<>(Measuring.classes(metric), false);
  }

  /** Returns the same of regressors. */
  public static BetweenGroups<Regressor> differenceOf(RegressionMetric metric) {
    return new BetweenGroups<>(Measuring.values(metric), false);
  }

  /**
   * Returns the ratio of a metric: the first group's divided by the second's, in alphabetical
   * order.
   *
   * @throws TouchstoneException if the metric can be negative
   */
  public static BetweenGroups<Classifier> ratioOf(ClassificationMetric metric) {
    return new BetweenGroups<>(Measuring.classes(neverNegative(metric)), true);
  }

  /**
   * Returns the same of regressors.
   *
   * @throws TouchstoneException if the metric can be negative
   */
  public static BetweenGroups<Regressor> ratioOf(RegressionMetric metric) {
    return new BetweenGroups<>(Measuring.values(neverNegative(metric)), true);
  }

  private static <T extends Metric> T neverNegative(T metric) {
    if (metric.range().least() < 0) {
      throw new TouchstoneException(
          "the %s can be negative, so that ratios of it mean nothing; claim the difference: .hasGapBetweenGroups(metric, atMost(…))"
              .formatted(metric.quantity()));
    }
    return metric;
  }

  /** Returns the name of the measured quantity. */
  public String quantity() {
    return metric.quantity() + (asRatio ? " ratio" : " gap");
  }

  /**
   * Measures every pair of groups.
   *
   * @throws TouchstoneException if no column has two groups, for clusters that lie in two groups of
   *     a column or have no stated size, or whatever {@link MetricValue#evaluate} refuses; a pair
   *     of which one group cannot carry the metric is undetermined
   */
  public Evidence evaluate(M model, Dataset data, RunContext context) {
    Map<String, List<Slice>> columns = columns(data);
    measuring.refuse(data);
    JudgeableSlices groups = JudgeableSlices.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    columns.values().forEach(slices -> GroupColumns.refuseSharedClusters(data, slices));
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(metric, asRatio), model, data, context),
            () -> measure(model, data, columns, groups, context));
  }

  private record Asked(Metric metric, boolean asRatio) {}

  private Map<String, List<Slice>> columns(Dataset data) {
    return GroupColumns.of(data, "the %s is one between groups".formatted(quantity()));
  }

  private Evidence measure(
      M model,
      Dataset data,
      Map<String, List<Slice>> columns,
      JudgeableSlices groups,
      RunContext context) {
    Trace trace = Trace.start(context);
    metric.settings().forEach(trace::with);
    trace.with("between groups", asRatio ? "ratio" : "difference");
    Answered answered = measuring.answered(model, data, context);
    Outcomes outcomes = answered.outcomes();
    Evidence.Builder evidence =
        Evidence.of(
            quantity(), "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    columns.forEach(
        (column, slices) -> {
          List<Group> values = new ArrayList<>();
          slices.forEach(slice -> values.add(new Group(slice, valueOf(slice, outcomes, groups))));
          pairs(evidence, values, metric.quantityFor(data));
          values.forEach(
              group ->
                  evidence.beside(
                      Besides.value(
                          metric, metric.quantity(), group.slice().name(), group.value())));
          evidence.figure(figure(column, values));
        });
    groups.addTo(evidence);
    answered.addTo(evidence, trace);
    return evidence.from(trace.end(model, data));
  }

  private Estimate valueOf(Slice slice, Outcomes outcomes, JudgeableSlices groups) {
    return groups
        .undetermined(slice)
        .<Estimate>map(lack -> lack)
        .orElseGet(() -> MetricValue.valueOf(metric, slice, outcomes.in(slice)));
  }

  /** A group and what the metric is of it. */
  private record Group(Slice slice, Estimate value) {}

  private void pairs(Evidence.Builder evidence, List<Group> groups, String inWords) {
    for (int i = 0; i < groups.size(); i++) {
      for (int j = i + 1; j < groups.size(); j++) {
        Group first = groups.get(i);
        Group second = groups.get(j);
        evidence.measured(
            new Measurement(
                    quantity(),
                    first.slice().name() + (asRatio ? " / " : " − ") + second.slice().name(),
                    compared(first.value(), second.value()))
                .reading(reading(first.slice(), second.slice(), inWords)));
      }
    }
  }

  private Estimate compared(Estimate first, Estimate second) {
    if (Undetermined.is(first)) {
      return first;
    }
    if (Undetermined.is(second)) {
      return second;
    }
    return asRatio ? metric.ratio(first, second) : metric.difference(first, second);
  }

  private Reading reading(Slice first, Slice second, String quantity) {
    String one = Readings.named(first.name());
    String other = Readings.named(second.name());
    return asRatio
        ? Reading.number(
            "the %s with %s is %s times that with %s"
                .formatted(quantity, one, Reading.VALUE, other))
        : new Reading(
            metric.unit() == Reading.Unit.SHARE ? Reading.Unit.POINTS : metric.unit(),
            "the %s with %s minus that with %s is %s"
                .formatted(quantity, one, other, Reading.VALUE));
  }

  private Figure figure(String column, List<Group> groups) {
    return Besides.plot(
        "groups-" + column,
        "%s by %s".formatted(metric.quantity(), column),
        column,
        metric.quantity(),
        groups.stream().map(group -> group.slice().value()).toList(),
        groups.stream().map(Group::value).toList());
  }
}

package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.SameModel;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.metric.OwnWords;
import dev.touchstone.metric.Rates;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.LargestEstimate;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much better off is the worst group with another model? With m(g) a metric of group g before,
 * and m'(g) after, the worst group gains max m − max m'. That is at least δ exactly where max m −
 * m'(g) is for every g, and these are what is measured: each group after, against whichever was
 * worst before.
 *
 * <p>Which group was worst is read off the same examples, and the limits know that ({@link
 * LargestEstimate}): m(g) − m'(g) is paired, m(h) − m'(g) a difference of independent groups.
 * Groups are those of one column, each column by itself.
 *
 * @param <M> the kind of models that the metric is of
 */
public final class WorstGroupImprovement<M extends Model> {
  private final Measuring<M> measuring;
  private final Metric metric;

  private WorstGroupImprovement(Measuring<M> measuring) {
    this.measuring = measuring;
    this.metric = measuring.metric();
  }

  /** Makes a check in one metric of classifiers. */
  public static WorstGroupImprovement<Classifier> in(ClassificationMetric metric) {
    return new WorstGroupImprovement<>(Measuring.classes(metric));
  }

  /** Makes a check in one metric of regressors. */
  public static WorstGroupImprovement<Regressor> in(RegressionMetric metric) {
    return new WorstGroupImprovement<>(Measuring.values(metric));
  }

  /** Returns the name of the measured quantity. */
  public String quantity() {
    return metric.quantity() + " below the worst group's before";
  }

  /**
   * Measures every group after against the worst one before.
   *
   * @throws TouchstoneException if both are the same model, if no column has two groups that can be
   *     judged, for clusters that lie in two groups of a column or have no stated size, or whatever
   *     {@link Regression#evaluate} refuses; a group that cannot be judged is undetermined
   */
  public Evidence evaluate(M after, M before, Dataset data, RunContext context) {
    Map<String, List<Slice>> columns = columns(data);
    SameModel.refuse(after, before, "give the repaired model, and the one that it was made of");
    measuring.refuse(data);
    JudgeableSlices groups = JudgeableSlices.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    columns.forEach(
        (column, slices) -> {
          GroupColumns.refuseSharedClusters(data, slices);
          if (slices.stream().filter(groups::canBeJudged).count() < 2) {
            throw new TouchstoneException(
                "%s: fewer than two groups of \"%s\" can be judged, so that none is worst; give more examples, or merge groups with data.withMerged(…)"
                    .formatted(data.name(), column));
          }
        });
    measuring.requireFit(after, data);
    measuring.requireFit(before, data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(metric), new Pair(Keys.of(after), Keys.of(before)), data, context),
            () -> measure(after, before, data, columns, groups, context));
  }

  private record Asked(Metric metric) {}

  private record Pair(Keys.OfModel after, Keys.OfModel before) {}

  private Map<String, List<Slice>> columns(Dataset data) {
    return GroupColumns.of(
        data, "the worst group's %s is one of several groups".formatted(metric.quantity()));
  }

  private Evidence measure(
      M after,
      M before,
      Dataset data,
      Map<String, List<Slice>> columns,
      JudgeableSlices groups,
      RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("metric", OwnWords.describing(metric))
            .comparingWith(Comparison.with(Role.APPROVED, before.facts()));
    Answered now = measuring.answered(after, data, context);
    Answered then = measuring.answered(before, data, context);
    Outcomes outcomesNow = now.outcomes();
    Outcomes outcomesThen = then.outcomes();
    Evidence.Builder evidence =
        Evidence.of(
            "improvement of the worst group",
            "%s after %s on %s (n = %d)"
                .formatted(after.name(), before.name(), data.name(), data.size()));
    columns.forEach(
        (column, slices) -> {
          List<Group> judged = new ArrayList<>();
          for (Slice slice : slices) {
            if (groups.canBeJudged(slice)) {
              judged.add(new Group(slice, outcomesThen.in(slice), outcomesNow.in(slice)));
            }
          }
          List<Estimate> gains = new ArrayList<>();
          for (Slice slice : slices) {
            Estimate gain = gain(slice, judged, groups);
            gains.add(gain);
            evidence.measured(
                new Measurement(quantity(), slice.name(), gain).reading(reading(slice)));
          }
          for (Group group : judged) {
            beside(evidence, group.slice(), "before", group.before());
            beside(evidence, group.slice(), "after", group.after());
          }
          evidence.note(worst(judged));
          evidence.figure(
              Besides.plot(
                  "worst-group-" + column,
                  "By how much each group is better off than the worst one was before",
                  column,
                  quantity(),
                  slices.stream().map(Slice::value).toList(),
                  gains));
        });
    groups.addTo(evidence);
    now.addTo(evidence, trace);
    then.noteOf(evidence);
    return evidence.from(trace.end(after, data));
  }

  /** A group that can be judged, and the metric's outcomes in it. */
  private record Group(Slice slice, Outcomes before, Outcomes after) {}

  /** max m − m'(g). */
  private Estimate gain(Slice slice, List<Group> judged, JudgeableSlices groups) {
    Optional<Undetermined> undetermined = groups.undetermined(slice);
    if (undetermined.isPresent()) {
      return undetermined.get();
    }
    Group own =
        judged.stream().filter(group -> group.slice().equals(slice)).findFirst().orElseThrow();
    List<Estimate> differences = new ArrayList<>();
    for (Group worst : judged) {
      Estimate difference =
          worst == own
              ? new OnSlice(metric, slice).regression(own.before(), own.after())
              : metric.unpaired(value(worst, worst.before()), value(own, own.after()));
      if (Undetermined.is(difference)) {
        return difference;
      }
      differences.add(difference);
    }
    return LargestEstimate.of(differences);
  }

  private Estimate value(Group group, Outcomes outcomes) {
    return MetricValue.valueOf(metric, group.slice(), outcomes);
  }

  private void beside(Evidence.Builder evidence, Slice slice, String when, Outcomes outcomes) {
    new OnSlice(metric, slice)
        .value(outcomes)
        .ifPresent(
            value ->
                evidence.beside(
                    Besides.value(metric, metric.quantity() + " " + when, slice.name(), value)));
  }

  /** Which groups are worst, before and after, as the estimates have it. */
  private String worst(List<Group> judged) {
    Map<Boolean, String> worst = new HashMap<>();
    for (boolean isAfter : new boolean[] {false, true}) {
      Group most = judged.get(0);
      for (Group group : judged) {
        double value = value(group, isAfter ? group.after() : group.before()).value();
        double mostYet = value(most, isAfter ? most.after() : most.before()).value();
        if (metric.moreIsBetter() ? value < mostYet : value > mostYet) {
          most = group;
        }
      }
      worst.put(isAfter, most.slice().name());
    }
    return "worst before: %s; worst after: %s".formatted(worst.get(false), worst.get(true));
  }

  private Reading reading(Slice slice) {
    return new Reading(
        metric.unit() == Reading.Unit.SHARE ? Reading.Unit.POINTS : metric.unit(),
        "the %s over %s is better than that of the group which was worst before by %s"
            .formatted(metric.quantity(), Readings.examples(slice.name()), Reading.VALUE));
  }
}

package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Figure;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.McNemar;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * By how much is a candidate worse than the model that was approved, on the same examples? One
 * {@link Metric}, overall and per group.
 *
 * <p>Beside it: the metric of both models, how many examples are newly wrong and newly right, with
 * the exact p-value of McNemar's test. The worst findings are the examples that became worst, by
 * their stable ids, the candidate's most confident errors first.
 */
public final class Regression {
  /** So that the note is not cut where messages bound its length. */
  private static final int MOST_SLICES_IN_A_NOTE = 3;

  private final Metric metric;

  private Regression(Metric metric) {
    this.metric = metric;
  }

  /** In one metric. */
  public static Regression in(Metric metric) {
    return new Regression(metric);
  }

  /** The name of the measured quantity. */
  public String quantity() {
    return metric.worsening();
  }

  /**
   * Measures how much worse the candidate is in every slice.
   *
   * @throws TouchstoneException if both are the same model, if they do not predict the data's
   *     classes, for no examples or examples of a single class, if all of them come from a single
   *     cluster, or if the data cannot carry the metric; a group that cannot is undetermined
   */
  public Evidence evaluate(
      Classifier candidate, Classifier approved, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    SameModel.refuse(
        candidate, approved, "give the candidate and the approved model their own files");
    refuseSingleClass(data);
    Groups groups = Groups.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    CheckedAnswers.requireClassesOf(candidate, data);
    CheckedAnswers.requireClassesOf(approved, data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(metric), new Pair(Keys.of(candidate), Keys.of(approved)), data, context),
            () -> measure(candidate, approved, data, slices, groups, context));
  }

  private record Asked(Metric metric) {}

  private record Pair(Keys.OfModel candidate, Keys.OfModel approved) {}

  static void refuseSingleClass(Dataset data) {
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          data.name()
              + " holds examples of a single class, "
              + data.classCounts().keySet()
              + "; a model that has come to say nothing else would look better on it");
    }
  }

  private Evidence measure(
      Classifier candidate,
      Classifier approved,
      Dataset data,
      List<Slice> slices,
      Groups groups,
      RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("metric", Keys.described(metric))
            .comparingWith(Comparison.with(Role.APPROVED, approved.facts()));
    Compared now = compared(candidate, data, context);
    Compared before = compared(approved, data, context);
    Evidence.Builder evidence =
        Evidence.of(
            "regression",
            candidate.name()
                + " against "
                + approved.name()
                + " on "
                + data.name()
                + " (n = "
                + data.size()
                + ")");
    List<Measurement> measured = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    for (Slice slice : slices) {
      Optional<Undetermined> undetermined = groups.undetermined(slice);
      if (undetermined.isPresent()) {
        measured.add(new Measurement(metric.worsening(), slice.name(), undetermined.get()));
        continue;
      }
      Outcomes inNow = now.outcomes().in(slice);
      Outcomes inBefore = before.outcomes().in(slice);
      measured.add(
          new Measurement(metric.worsening(), slice.name(), metric.regression(inNow, inBefore))
              .reading(metric.worseningInWords(Readings.examples(slice.name()))));
      beside(evidence, slice.name(), "approved", metric.value(inBefore));
      beside(evidence, slice.name(), "candidate", metric.value(inNow));
      changes.add(changes(evidence, now, before, data, slice));
    }
    measured.forEach(evidence::measured);
    evidence.figure(figure(measured));
    findings(evidence, now, before, data);
    note(evidence, changes, data);
    groups.addTo(evidence);
    new Answers(candidate, now.predictions(), data).warn(evidence);
    Copies.say(evidence, data);
    now.verified().addTo(evidence, trace, candidate, data);
    before.verified().noteOf(evidence, approved);
    return evidence.from(trace.end(candidate, data));
  }

  /** One of the two models: what it predicted, and what the metric keeps of it. */
  private record Compared(Verified verified, Outcomes outcomes) {

    Predictions predictions() {
      return verified.predictions();
    }

    boolean wrong(Dataset data, int example) {
      return predictions().predicted(example) != data.label(example);
    }
  }

  private Compared compared(Classifier model, Dataset data, RunContext context) {
    Verified verified = SharedPredictions.verified(model, data, context);
    if (metric.readsProbabilities()) {
      verified.requireProbabilitiesOfTheAnswers("the " + metric.quantity(), model, data);
    }
    return new Compared(
        verified, Outcomes.of(metric, verified.predictions(), model.sha256(), data, context));
  }

  /** One of the two models by itself, where the metric has a value of one. */
  void beside(
      Evidence.Builder evidence, String slice, String which, Optional<Estimate> valueOfOne) {
    valueOfOne.ifPresent(
        value ->
            evidence.beside(
                new Measurement(metric.quantity() + ", " + which, slice, value)
                    .reading(new Reading(metric.unit(), ""))));
  }

  /** How many examples of a slice became wrong, and how many right. */
  private record Change(String slice, int newlyWrong, int newlyRight, int examples) {

    double netWorse() {
      return (double) (newlyWrong - newlyRight) / examples;
    }

    String inWords(boolean independent) {
      String counts = slice + " " + newlyWrong + " newly wrong, " + newlyRight + " newly right";
      return independent
          ? counts + " (McNemar p = " + Numbers.format(McNemar.pValue(newlyWrong, newlyRight)) + ")"
          : counts;
    }
  }

  private static Change changes(
      Evidence.Builder evidence, Compared now, Compared before, Dataset data, Slice slice) {
    int[] examples = slice.examples();
    Estimate wrong = Rates.of(data, examples, i -> now.wrong(data, i) && !before.wrong(data, i));
    Estimate right = Rates.of(data, examples, i -> !now.wrong(data, i) && before.wrong(data, i));
    evidence.beside(new Measurement("newly wrong", slice.name(), wrong).reading(Reading.share("")));
    evidence.beside(new Measurement("newly right", slice.name(), right).reading(Reading.share("")));
    return new Change(
        slice.name(),
        (int) Math.round(wrong.value() * examples.length),
        (int) Math.round(right.value() * examples.length),
        examples.length);
  }

  /** Says what changed: overall first, then the groups that lost most. */
  private static void note(Evidence.Builder evidence, List<Change> changes, Dataset data) {
    boolean independent = data.clustering().isEmpty();
    List<Change> worstFirst = new ArrayList<>(changes.subList(1, changes.size()));
    worstFirst.sort(Comparator.comparingDouble(Change::netWorse).reversed());
    worstFirst.add(0, changes.get(0));
    evidence.note(
        worstFirst.stream()
                .limit(MOST_SLICES_IN_A_NOTE)
                .map(change -> change.inWords(independent))
                .collect(Collectors.joining("; "))
            + (changes.size() > MOST_SLICES_IN_A_NOTE ? "; …" : "")
            + (independent ? "; exact test, two-sided, that both are equally likely" : ""));
  }

  Figure figure(List<Measurement> measured) {
    List<Figure.Curve.Point> points = new ArrayList<>();
    for (Measurement measurement : measured) {
      Interval interval = measurement.estimate().interval(Claim.LEVEL);
      points.add(
          new Figure.Curve.Point(
              measurement.estimate().value(), interval.lower(), interval.upper()));
    }
    return new Figure.Curve(
        "regression",
        "By how much the candidate is worse: " + metric.worsening(),
        "slice",
        metric.worsening(),
        measured.stream().map(Measurement::slice).toList(),
        Map.of(metric.worsening(), points));
  }

  private void findings(Evidence.Builder evidence, Compared now, Compared before, Dataset data) {
    becameWorst(now.outcomes(), before.outcomes(), now.predictions(), data)
        .forEach(i -> evidence.worst(finding(now, before, data, i)));
  }

  /** The examples that became worst, the most confident first among equals. */
  Stream<Integer> becameWorst(
      Outcomes now, Outcomes before, Predictions predictions, Dataset data) {
    double[] increase =
        IntStream.range(0, data.size())
            .mapToDouble(i -> metric.increase(now.row(i), before.row(i)))
            .toArray();
    return IntStream.range(0, data.size())
        .filter(i -> increase[i] > 0)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> increase[i])
                .thenComparingDouble(predictions::confidence)
                .reversed()
                .thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS);
  }

  private static Finding finding(Compared now, Compared before, Dataset data, int example) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("label", data.classNames().get(data.label(example)));
    facts.put("before", said(before.predictions(), data, example));
    facts.put("now", said(now.predictions(), data, example));
    data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
    return new Finding(data.id(example), facts);
  }

  /** The predicted class and the confidence in it. */
  static String said(Predictions predictions, Dataset data, int example) {
    return data.classNames().get(predictions.predicted(example))
        + " ("
        + Numbers.format(predictions.confidence(example))
        + ")";
  }
}

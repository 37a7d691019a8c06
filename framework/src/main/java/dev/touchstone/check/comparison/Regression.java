package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.SameModel;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Figure;
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
import dev.touchstone.statistics.McNemar;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
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
 *
 * @param <M> the kind of models that the metric is of
 */
public final class Regression<M extends Model> {
  /** So that the note is not cut where messages bound its length. */
  private static final int MOST_SLICES_IN_A_NOTE = 3;

  private final Measuring<M> measuring;
  private final Metric metric;

  private Regression(Measuring<M> measuring) {
    this.measuring = measuring;
    this.metric = measuring.metric();
  }

  /** Makes a check in one metric of classifiers. */
  public static Regression<Classifier> in(ClassificationMetric metric) {
    return new Regression<>(Measuring.classes(metric));
  }

  /** Makes a check in one metric of regressors. */
  public static Regression<Regressor> in(RegressionMetric metric) {
    return new Regression<>(Measuring.values(metric));
  }

  static <M extends Model> Regression<M> of(Measuring<M> measuring) {
    return new Regression<>(measuring);
  }

  /** Returns the name of the measured quantity. */
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
  public Evidence evaluate(M candidate, M approved, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    SameModel.refuse(
        candidate, approved, "give the candidate and the approved model their own files");
    measuring.refuse(data);
    JudgeableSlices groups = JudgeableSlices.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    measuring.requireFit(candidate, data);
    measuring.requireFit(approved, data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(metric), new Pair(Keys.of(candidate), Keys.of(approved)), data, context),
            () -> measure(candidate, approved, data, slices, groups, context));
  }

  private record Asked(Metric metric) {}

  private record Pair(Keys.OfModel candidate, Keys.OfModel approved) {}

  private Evidence measure(
      M candidate,
      M approved,
      Dataset data,
      List<Slice> slices,
      JudgeableSlices groups,
      RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("metric", OwnWords.describing(metric))
            .comparingWith(Comparison.with(Role.APPROVED, approved.facts()));
    Compared now = new Compared(measuring.answered(candidate, data, context));
    Compared before = new Compared(measuring.answered(approved, data, context));
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
      OnSlice own = new OnSlice(metric, slice);
      Outcomes inNow = now.outcomes().in(slice);
      Outcomes inBefore = before.outcomes().in(slice);
      measured.add(
          new Measurement(metric.worsening(), slice.name(), own.regression(inNow, inBefore))
              .reading(metric.worseningInWords(Readings.examples(slice.name()), data)));
      beside(evidence, slice.name(), "approved", own.value(inBefore));
      beside(evidence, slice.name(), "candidate", own.value(inNow));
      changes(evidence, now, before, data, slice).ifPresent(changes::add);
    }
    measured.forEach(evidence::measured);
    evidence.figure(figure(measured));
    findings(evidence, now, before, data);
    note(evidence, changes, data);
    groups.addTo(evidence);
    now.answered().addTo(evidence, trace);
    before.answered().noteOf(evidence);
    return evidence.from(trace.end(candidate, data));
  }

  /** One of the two models: what it answered, and what the metric keeps of it. */
  private record Compared(Answered answered, Outcomes outcomes) {
    Compared(Answered answered) {
      this(answered, answered.outcomes());
    }
  }

  /** One of the two models by itself, where the metric has a value of one. */
  void beside(
      Evidence.Builder evidence, String slice, String which, Optional<Estimate> valueOfOne) {
    valueOfOne.ifPresent(
        value ->
            evidence.beside(Besides.value(metric, metric.quantity() + ", " + which, slice, value)));
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

  /** Empty where answers are not right or wrong. */
  private static Optional<Change> changes(
      Evidence.Builder evidence, Compared now, Compared before, Dataset data, Slice slice) {
    if (now.answered().wrong().isEmpty() || before.answered().wrong().isEmpty()) {
      return Optional.empty();
    }
    IntPredicate isWrong = now.answered().wrong().get();
    IntPredicate wasWrong = before.answered().wrong().get();
    int[] examples = slice.examples();
    Estimate wrong = Rates.of(data, examples, i -> isWrong.test(i) && !wasWrong.test(i));
    Estimate right = Rates.of(data, examples, i -> !isWrong.test(i) && wasWrong.test(i));
    evidence.beside(new Measurement("newly wrong", slice.name(), wrong).reading(Reading.share("")));
    evidence.beside(new Measurement("newly right", slice.name(), right).reading(Reading.share("")));
    return Optional.of(
        new Change(
            slice.name(),
            (int) Math.round(wrong.value() * examples.length),
            (int) Math.round(right.value() * examples.length),
            examples.length));
  }

  /** Says what changed: overall first, then the groups that lost most. */
  private static void note(Evidence.Builder evidence, List<Change> changes, Dataset data) {
    if (changes.isEmpty()) {
      return;
    }
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
    return Besides.plot(
        "regression",
        "By how much the candidate is worse: " + metric.worsening(),
        "slice",
        metric.worsening(),
        measured.stream().map(Measurement::slice).toList(),
        measured.stream().map(Measurement::estimate).toList());
  }

  private void findings(Evidence.Builder evidence, Compared now, Compared before, Dataset data) {
    becameWorst(now.outcomes(), before.outcomes(), now.answered()::confidence, data)
        .forEach(i -> evidence.worst(finding(now.answered(), before.answered(), data, i)));
  }

  /** The examples that became worst, the most confident first among equals. */
  Stream<Integer> becameWorst(
      Outcomes now, Outcomes before, IntToDoubleFunction confidence, Dataset data) {
    double[] increase =
        IntStream.range(0, data.size())
            .mapToDouble(i -> metric.increase(now.row(i), before.row(i)))
            .toArray();
    return IntStream.range(0, data.size())
        .filter(i -> increase[i] > 0)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> increase[i])
                .thenComparingDouble(confidence::applyAsDouble)
                .reversed()
                .thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS);
  }

  private static Finding finding(Answered now, Answered before, Dataset data, int example) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(now.truthName(), now.truth(example));
    facts.put("before", before.said(example));
    facts.put("now", now.said(example));
    data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
    return new Finding(data.id(example), facts);
  }
}

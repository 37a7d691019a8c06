package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.baseline.Baseline.Entry;
import dev.touchstone.evidence.baseline.Baseline.Key;
import dev.touchstone.evidence.baseline.Baseline.Part;
import dev.touchstone.evidence.baseline.Baseline.Value;
import dev.touchstone.evidence.baseline.BaselineRecorder;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.facts.ModelFacts;
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
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * By how much is a model worse than the one that was approved, where only the {@link Baseline} of
 * that one is at hand? One {@link Metric}, overall and per group, on the same data.
 *
 * <p>The baseline keeps the metric's value and count per slice. Two values say less than two models
 * on the same examples: the interval of their difference ({@link Metric#unpaired}) takes the two
 * for independent (Miettinen and Nurminen's for rates, one recovered from both intervals otherwise;
 * of calibration errors not even that), and is wider than it had to be, since models mostly err on
 * the same examples. With {@link #keepingOutcomes} the baseline also keeps what the metric needs of
 * every example, and the comparison is the paired one of {@link Regression}. The evidence says
 * which it was.
 *
 * <p>Where {@code touchstone.baseline = update}, the model is compared with the line that the claim
 * had before the run, however often it is made, and then its own is written. Where there was none
 * to compare with, the model is compared with itself: what passes then is that the data can carry
 * the claim, the evidence says so ({@link dev.touchstone.evidence.Provenance#comparesWithItself}),
 * and nothing ships on it.
 *
 * @param <M> the kind of models that the metric is of
 */
public final class BaselineRegression<M extends Model> {
  private final Measuring<M> measuring;
  private final Metric metric;
  private final boolean keepsOutcomes;

  private BaselineRegression(Measuring<M> measuring, boolean keepsOutcomes) {
    this.measuring = measuring;
    this.metric = measuring.metric();
    this.keepsOutcomes = keepsOutcomes;
  }

  /** Makes a check in one metric of classifiers, of which the baseline keeps values and counts. */
  public static BaselineRegression<Classifier> in(ClassificationMetric metric) {
    return new BaselineRegression<>(Measuring.classes(metric), false);
  }

  /** Makes a check in one metric of regressors, of which the baseline keeps values and counts. */
  public static BaselineRegression<Regressor> in(RegressionMetric metric) {
    return new BaselineRegression<>(Measuring.values(metric), false);
  }

  /** Says that the baseline keeps what the metric needs of every example too, by its stable id. */
  public BaselineRegression<M> keepingOutcomes() {
    return new BaselineRegression<>(measuring, true);
  }

  /** Returns what is compared. */
  public Metric metric() {
    return metric;
  }

  /** Returns the name of the measured quantity. */
  public String quantity() {
    return metric.worsening();
  }

  /**
   * Measures how much worse the model is in every slice.
   *
   * @param id the claim's own name; without one the test's name identifies its line
   * @throws dev.touchstone.evidence.baseline.InvalidBaselineException if the baseline cannot be
   *     read
   * @throws TouchstoneException if it has no line for this claim, or one of other data; if the
   *     metric takes two models and no outcomes are kept; for no examples or examples of a single
   *     class or value; outside a test without a name
   */
  public Evidence evaluate(M model, Dataset data, Optional<String> id, RunContext context) {
    List<Slice> slices = data.slices();
    measuring.refuse(data);
    JudgeableSlices groups = JudgeableSlices.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    Key key = key(model, data, id, context);
    Settings settings = context.settings();
    BaselineRecorder recorder = BaselineRecorder.of(context.session());
    // What this run wrote, for this claim or for models beside it, is nothing that was approved.
    List<Entry> lines =
        settings.updateBaseline()
            ? recorder.linesBefore(context)
            : Baseline.read(settings.baselineFile()).entries();
    ApprovedLine approved =
        ApprovedLine.find(key, lines, data, metric.quantity(), groups, keepsOutcomes);
    if (!settings.updateBaseline()) {
      approved.orThrow(settings);
    }
    measuring.requireFit(model, data);

    Answered answered = measuring.answered(model, data, context);
    Outcomes now = answered.outcomes();
    if (approved.entry().isPresent()) {
      approved = withReadableOutcomes(approved.entry().get(), now, data);
    }
    Entry line;
    if (settings.updateBaseline()) {
      Entry own = line(key, model, data, now, groups);
      recorder.approve(own, context);
      line = approved.entry().orElse(own);
    } else {
      line = approved.orThrow(settings);
    }
    Trace trace =
        Trace.start(context)
            .with("metric", OwnWords.describing(metric))
            .comparingWith(approved(line));
    Evidence.Builder evidence =
        Evidence.of(
            "regression from the baseline",
            model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    Optional<Outcomes> then = line.outcomes().map(kept -> outcomes(kept, line, data, context));
    boolean clustered = data.clustering().isPresent();
    List<Measurement> measured =
        measured(
            evidence,
            data,
            slices,
            slice ->
                groups
                    .undetermined(slice)
                    .map(lack -> new Compared(lack, Optional.empty(), Optional.empty()))
                    .or(() -> then.map(kept -> paired(slice, now.in(slice), kept.in(slice))))
                    .orElseGet(
                        () ->
                            unpaired(
                                slice,
                                now.in(slice),
                                line.value(metric.quantity(), slice.name()).orElseThrow(),
                                clustered)));
    measured.forEach(evidence::measured);
    evidence.figure(Regression.of(measuring).figure(measured));
    then.ifPresent(outcomes -> findings(evidence, now, outcomes, answered, data));
    notes(evidence, line, then.isPresent(), model);
    groups.addTo(evidence);
    answered.addTo(evidence, trace);
    if (settings.updateBaseline()) {
      notesOfUpdate(evidence, key, approved, lines);
    }
    return evidence.from(trace.end(model, data));
  }

  private Key key(M model, Dataset data, Optional<String> id, RunContext context) {
    String test =
        id.or(() -> context.test().map(t -> t.className() + "#" + t.methodName()))
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        "outside a test a claim against the baseline needs a name; say"
                            + " .identifiedAs(\"…\")"));
    String name = metric.toString();
    if (OwnWords.of(metric).isEmpty()) {
      throw new TouchstoneException(
          "a baseline knows the metric "
              + metric.quantity()
              + " by its toString(), which was "
              + name
              + " and is another one in every run; override toString()");
    }
    return new Key(test, "no regression in " + name, model.name(), data.name());
  }

  /** What is to be remembered of a model. */
  private Entry line(Key key, M model, Dataset data, Outcomes now, JudgeableSlices groups) {
    SortedMap<Part, Value> values = new TreeMap<>();
    for (Slice slice : data.slices().stream().filter(groups::canBeJudged).toList()) {
      metric
          .value(now.in(slice))
          .ifPresent(
              value -> values.put(new Part(metric.quantity(), slice.name()), Value.of(value)));
    }
    if (values.isEmpty() && !keepsOutcomes) {
      throw new TouchstoneException(
          "the "
              + metric.quantity()
              + " takes two models, and has no value that a baseline could keep; say"
              + " BaselineRegression.in(…).keepingOutcomes()");
    }
    return new Entry(
        key,
        model.sha256(),
        Baseline.dataOf(data.facts()),
        data.clustering(),
        values,
        keepsOutcomes
            ? Optional.of(
                Baseline.RecordedOutcomes.of(
                    IntStream.range(0, data.size())
                        .boxed()
                        .collect(
                            Collectors.toMap(
                                data::id, i -> Arrays.stream(now.row(i)).boxed().toList()))))
            : Optional.empty());
  }

  /** The same line if its outcomes are those of the data's examples in this metric. */
  private ApprovedLine withReadableOutcomes(Entry line, Outcomes now, Dataset data) {
    return line.outcomes()
        .flatMap(kept -> lack(kept, now, data))
        .map(lack -> ApprovedLine.unapproved(lack, "a model again"))
        .orElseGet(() -> ApprovedLine.of(line));
  }

  private Optional<String> lack(Baseline.RecordedOutcomes kept, Outcomes now, Dataset data) {
    Set<String> unknown = new HashSet<>(kept.examples().keySet());
    for (int i = 0; i < data.size(); i++) {
      String id = data.id(i);
      unknown.remove(id);
      Optional<List<Double>> outcome = kept.of(id);
      if (outcome.isEmpty()) {
        return Optional.of("lacks the outcome of example " + ApprovedLine.shown(id));
      }
      if (outcome.get().size() != now.row(i).length
          || !measuring.isPossible(numbers(outcome.get()), data, i)) {
        return Optional.of(
            "keeps outcomes that are not those of "
                + ApprovedLine.shown(metric.toString())
                + ", as of example "
                + ApprovedLine.shown(id));
      }
    }
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "keeps the outcome of an example that the data do not have, "
                + ApprovedLine.shown(unknown.iterator().next()));
  }

  /** The approved model's outcomes, in the order of the data. */
  private static Outcomes outcomes(
      Baseline.RecordedOutcomes kept, Entry line, Dataset data, RunContext context) {
    double[][] rows = new double[data.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = numbers(kept.of(data.id(i)).orElseThrow());
    }
    return Outcomes.given(rows, line.modelSha256(), data, context);
  }

  private static double[] numbers(List<Double> outcome) {
    return outcome.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** One slice: by how much it is worse, and each model by itself. */
  private record Compared(Estimate worsening, Optional<Estimate> now, Optional<Estimate> before) {}

  private Compared paired(Slice slice, Outcomes now, Outcomes then) {
    OnSlice own = new OnSlice(metric, slice);
    return new Compared(own.regression(now, then), own.value(now), own.value(then));
  }

  private Compared unpaired(Slice slice, Outcomes now, Value then, boolean clustered) {
    Estimate value = new OnSlice(metric, slice).value(now).orElseThrow();
    Estimate before = estimate(then, clustered);
    return new Compared(metric.unpaired(value, before), Optional.of(value), Optional.of(before));
  }

  private static Estimate estimate(Value value, boolean clustered) {
    return value.count().isPresent() && !clustered
        ? Proportion.of(
            Math.toIntExact(value.count().getAsLong()), Math.toIntExact(value.sampleSize()))
        : IndependentDifference.known(
            value.estimate(), value.interval(), value.sampleSize(), value.unit());
  }

  private List<Measurement> measured(
      Evidence.Builder evidence,
      Dataset data,
      List<Slice> slices,
      Function<Slice, Compared> comparison) {
    Regression<M> regression = Regression.of(measuring);
    List<Measurement> measured = new ArrayList<>();
    for (Slice slice : slices) {
      Compared compared = comparison.apply(slice);
      measured.add(
          new Measurement(metric.worsening(), slice.name(), compared.worsening())
              .reading(metric.worseningInWords(Readings.examples(slice.name()), data)));
      regression.beside(evidence, slice.name(), "approved", compared.before());
      regression.beside(evidence, slice.name(), "candidate", compared.now());
    }
    return measured;
  }

  private void findings(
      Evidence.Builder evidence, Outcomes now, Outcomes then, Answered answered, Dataset data) {
    Regression.of(measuring)
        .becameWorst(now, then, answered::confidence, data)
        .forEach(
            i -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put(answered.truthName(), answered.truth(i));
              facts.put("now", answered.said(i));
              facts.put("worse by", Numbers.format(metric.increase(now.row(i), then.row(i))));
              data.grouping().forEach(column -> facts.put(column, data.value(column, i)));
              evidence.worst(new Finding(data.id(i), facts));
            });
  }

  private static void notes(Evidence.Builder evidence, Entry line, boolean paired, Model model) {
    evidence.note(
        paired
            ? "paired: the baseline keeps the approved model's outcome of every example"
            : "unpaired: the baseline keeps values and counts alone, so that the interval does not"
                + " know on which examples both models err and is wider than it had to be;"
                + " keepingOutcomes() compares example by example");
    if (line.modelSha256().equals(model.sha256())) {
      evidence.note("the model is compared with itself: the baseline's line is its own");
    } else if (!line.key().model().equals(model.name())) {
      evidence.note("the baseline is that of " + ApprovedLine.shown(line.key().model()));
    }
  }

  private static void notesOfUpdate(
      Evidence.Builder evidence, Key key, ApprovedLine before, List<Entry> lines) {
    evidence.note(
        "the baseline was written by this run"
            + before
                .entry()
                .map(line -> ", after the comparison with what it held")
                .orElse("; as it was before, it " + before.lack()));
    List<Entry> others = ApprovedLine.ofOtherModels(key, lines);
    if (!others.isEmpty()) {
      evidence.note(
          "the baseline also holds this claim's line of "
              + ApprovedLine.models(others)
              + "; delete it if that model is no longer approved");
    }
  }

  /** A baseline knows no more of the approved model. */
  private static Comparison approved(Entry line) {
    return Comparison.with(
        Role.APPROVED, ModelFacts.of(line.key().model(), line.modelSha256(), "", ""));
  }

  @Override
  public String toString() {
    return "regression from the baseline in "
        + metric
        + (keepsOutcomes ? ", keeping outcomes" : "");
  }
}

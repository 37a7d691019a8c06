package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Baseline;
import dev.touchstone.evidence.Baseline.Entry;
import dev.touchstone.evidence.Baseline.Key;
import dev.touchstone.evidence.Baseline.Part;
import dev.touchstone.evidence.Baseline.Value;
import dev.touchstone.evidence.BaselineRecorder;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.RateDifference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * on the same examples: the interval of their difference takes the two for independent (Miettinen
 * and Nurminen's for rates, one recovered from both intervals otherwise), and is wider than it had
 * to be, since models mostly err on the same examples. With {@link #keepingOutcomes} the baseline
 * also keeps what the metric needs of every example, and the comparison is the paired one of {@link
 * Regression}. The evidence says which it was.
 *
 * <p>Where {@code touchstone.baseline = update}, the model's own line is written and the model is
 * compared with itself: what passes then is that the data can carry the claim.
 */
public final class BaselineRegression {
  private final Metric metric;
  private final boolean keepsOutcomes;

  private BaselineRegression(Metric metric, boolean keepsOutcomes) {
    this.metric = metric;
    this.keepsOutcomes = keepsOutcomes;
  }

  /** In one metric, of which the baseline keeps values and counts. */
  public static BaselineRegression in(Metric metric) {
    return new BaselineRegression(metric, false);
  }

  /** The baseline keeps what the metric needs of every example too, by its stable id. */
  public BaselineRegression keepingOutcomes() {
    return new BaselineRegression(metric, true);
  }

  /** The name of the measured quantity. */
  public String quantity() {
    return metric.worsening();
  }

  /**
   * Measures how much worse the model is in every slice.
   *
   * @param id the claim's own name; without one the test's name identifies its line
   * @throws dev.touchstone.evidence.InvalidBaselineException if the baseline cannot be read
   * @throws TouchstoneException if it has no line for this claim, or one of other data; if the
   *     metric takes two models and no outcomes are kept; for no examples or examples of a single
   *     class; outside a test without a name
   */
  public Evidence evaluate(
      Classifier model, Dataset data, Optional<String> id, RunContext context) {
    List<Slice> slices = data.slices();
    Regression.refuseSingleClass(data);
    slices.forEach(slice -> Rates.refuseSingleCluster(data, slice.examples()));
    metric.check(data);
    Key key = key(model, data, id, context);
    Settings settings = context.settings();
    Optional<Entry> before = known(settings).flatMap(baseline -> baseline.entry(key));
    Optional<Entry> approved =
        settings.updateBaseline() ? Optional.empty() : Optional.of(approved(key, data, settings));
    Regression.refuseOtherClasses(model, data);

    Trace trace = Trace.start(context).with("metric", metric.quantity());
    data.clustering().ifPresent(column -> trace.with("clustered by", column));
    Predictions predictions = SharedPredictions.of(model, data, context);
    Outcomes now = Outcomes.of(metric, predictions, model.sha256(), data, context);
    Entry line =
        approved.orElseGet(
            () -> {
              Entry own = line(key, model, data, now);
              BaselineRecorder.of(context.session()).approve(own, context);
              return own;
            });
    Evidence.Builder evidence =
        Evidence.of(
            "regression from the baseline",
            model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    Optional<Outcomes> then = line.outcomes().map(kept -> outcomes(kept, line, now, data, context));
    boolean clustered = data.clustering().isPresent();
    List<Measurement> measured =
        measured(
            evidence,
            slices,
            slice ->
                then.map(outcomes -> paired(now.in(slice), outcomes.in(slice)))
                    .orElseGet(
                        () ->
                            unpaired(
                                now.in(slice), recorded(line, slice).orElseThrow(), clustered)));
    measured.forEach(evidence::measured);
    evidence.figure(Regression.in(metric).figure(measured));
    then.ifPresent(outcomes -> findings(evidence, now, outcomes, predictions, data));
    notes(
        evidence,
        line,
        key,
        then.isPresent(),
        settings.updateBaseline() ? before : approved,
        settings.updateBaseline());
    return evidence.from(trace.end(facts(model, line), data));
  }

  private Key key(Classifier model, Dataset data, Optional<String> id, RunContext context) {
    String test =
        id.or(() -> context.test().map(t -> t.className() + "#" + t.methodName()))
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        "outside a test a claim against the baseline needs a name; say"
                            + " .identifiedAs(\"…\")"));
    return new Key(test, "no regression in " + metric, model.name(), data.name());
  }

  private static Optional<Baseline> known(Settings settings) {
    Path file = settings.baselineFile();
    return Files.exists(file) ? Optional.of(Baseline.read(file)) : Optional.empty();
  }

  /** The claim's line, measured on these data. */
  private Entry approved(Key key, Dataset data, Settings settings) {
    Baseline baseline = Baseline.read(settings.baselineFile());
    Entry entry = baseline.entry(key).orElseGet(() -> ofAnotherName(key, baseline, settings));
    if (!entry.dataSha256().equals(data.sha256())) {
      throw unusable(
          settings,
          "has the "
              + metric.quantity()
              + " of "
              + shown(entry.key().model())
              + " on other data of the name "
              + shown(data.name())
              + " (SHA-256 "
              + shown(entry.dataSha256())
              + ", and these are "
              + data.sha256()
              + "), with which nothing can be compared; approve a model on these data");
    }
    if (keepsOutcomes && entry.outcomes().isEmpty()) {
      throw unusable(
          settings,
          "keeps no outcomes of "
              + shown(key.test())
              + ", and the claim asks for them; approve a model again");
    }
    for (Slice slice : data.slices()) {
      if (entry.outcomes().isEmpty() && recorded(entry, slice).isEmpty()) {
        throw unusable(
            settings,
            "knows no "
                + metric.quantity()
                + " of the slice "
                + shown(slice.name())
                + "; approve a model with these groups");
      }
    }
    return entry;
  }

  private Optional<Value> recorded(Entry line, Slice slice) {
    return line.value(metric.quantity(), slice.name());
  }

  /** The candidate may have a file name of its own; the claim's only line is meant then. */
  private Entry ofAnotherName(Key key, Baseline baseline, Settings settings) {
    List<Entry> ofThisTest =
        baseline.entries().stream().filter(e -> e.key().test().equals(key.test())).toList();
    List<Entry> sameButModel =
        ofThisTest.stream()
            .filter(e -> e.key().claim().equals(key.claim()))
            .filter(e -> e.key().data().equals(key.data()))
            .toList();
    if (sameButModel.size() == 1) {
      return sameButModel.get(0);
    }
    throw unusable(
        settings,
        "has no line "
            + shown(key.claim())
            + " of "
            + shown(key.test())
            + ", model "
            + shown(key.model())
            + ", data "
            + shown(key.data())
            + (ofThisTest.isEmpty()
                ? ""
                : "; it has of this test "
                    + ofThisTest.stream()
                        .limit(3)
                        .map(Entry::key)
                        .map(
                            k ->
                                shown(k.claim())
                                    + " of "
                                    + shown(k.model())
                                    + " on "
                                    + shown(k.data()))
                        .collect(Collectors.joining(", ")))
            + "; approve a model");
  }

  private static TouchstoneException unusable(Settings settings, String why) {
    return new TouchstoneException(
        "the baseline " + settings.baselineFile() + " " + why + ": " + Baseline.CURE);
  }

  private static String shown(String text) {
    return "\"" + PlainText.of(text, 120) + "\"";
  }

  /** What is to be remembered of a model. */
  private Entry line(Key key, Classifier model, Dataset data, Outcomes now) {
    SortedMap<Part, Value> values = new TreeMap<>();
    for (Slice slice : data.slices()) {
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
        data.sha256(),
        values,
        keepsOutcomes
            ? Optional.of(
                Baseline.Outcomes.of(
                    IntStream.range(0, data.size())
                        .boxed()
                        .collect(
                            Collectors.toMap(
                                data::id, i -> Arrays.stream(now.row(i)).boxed().toList()))))
            : Optional.empty());
  }

  /** The approved model's outcomes, in the order of the data. */
  private Outcomes outcomes(
      Baseline.Outcomes kept, Entry line, Outcomes now, Dataset data, RunContext context) {
    Settings settings = context.settings();
    double[][] rows = new double[data.size()][];
    Map<String, List<Double>> unknown = new HashMap<>(kept.examples());
    for (int i = 0; i < rows.length; i++) {
      String id = data.id(i);
      unknown.remove(id);
      rows[i] =
          kept
              .of(id)
              .orElseThrow(() -> unusable(settings, "lacks the outcome of example " + shown(id)))
              .stream()
              .mapToDouble(Double::doubleValue)
              .toArray();
    }
    if (!unknown.isEmpty()) {
      throw unusable(
          settings,
          "keeps the outcome of an example that the data do not have, "
              + shown(unknown.keySet().iterator().next()));
    }
    if (Arrays.stream(rows).anyMatch(row -> row.length != now.row(0).length)) {
      throw unusable(settings, "keeps outcomes that are not those of " + shown(metric.toString()));
    }
    return Outcomes.given(rows, line.modelSha256(), data, context);
  }

  /** One slice: by how much it is worse, and each model by itself. */
  private record Compared(Estimate worsening, Optional<Estimate> now, Optional<Estimate> before) {}

  private Compared paired(Outcomes now, Outcomes then) {
    return new Compared(metric.regression(now, then), metric.value(now), metric.value(then));
  }

  private Compared unpaired(Outcomes now, Value then, boolean clustered) {
    Estimate value = metric.value(now).orElseThrow();
    Estimate before = estimate(then, clustered);
    return new Compared(difference(value, before), Optional.of(value), Optional.of(before));
  }

  private static Estimate estimate(Value value, boolean clustered) {
    return value.count().isPresent() && !clustered
        ? Proportion.of(
            Math.toIntExact(value.count().getAsLong()), Math.toIntExact(value.sampleSize()))
        : IndependentDifference.known(
            value.estimate(), value.interval(), value.sampleSize(), value.unit());
  }

  private Estimate difference(Estimate now, Estimate before) {
    Estimate worse = metric.moreIsBetter() ? before : now;
    Estimate better = metric.moreIsBetter() ? now : before;
    return worse instanceof Proportion rate && better instanceof Proportion subtracted
        ? RateDifference.of(rate, subtracted)
        : IndependentDifference.of(worse, better);
  }

  private List<Measurement> measured(
      Evidence.Builder evidence, List<Slice> slices, Function<Slice, Compared> comparison) {
    Regression regression = Regression.in(metric);
    List<Measurement> measured = new ArrayList<>();
    for (Slice slice : slices) {
      Compared compared = comparison.apply(slice);
      measured.add(new Measurement(metric.worsening(), slice.name(), compared.worsening()));
      regression.beside(evidence, slice.name(), "approved", compared.before());
      regression.beside(evidence, slice.name(), "candidate", compared.now());
    }
    return measured;
  }

  private void findings(
      Evidence.Builder evidence,
      Outcomes now,
      Outcomes then,
      Predictions predictions,
      Dataset data) {
    Regression.in(metric)
        .becameWorst(now, then, predictions, data)
        .forEach(
            i -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("label", data.classNames().get(data.label(i)));
              facts.put("now", Regression.said(predictions, data, i));
              facts.put("worse by", Numbers.format(metric.increase(now.row(i), then.row(i))));
              data.grouping().forEach(column -> facts.put(column, data.value(column, i)));
              evidence.worst(new Finding(data.id(i), facts));
            });
  }

  private void notes(
      Evidence.Builder evidence,
      Entry line,
      Key key,
      boolean paired,
      Optional<Entry> before,
      boolean updated) {
    evidence.note(
        paired
            ? "paired: the baseline keeps the approved model's outcome of every example"
            : "unpaired: the baseline keeps values and counts alone, so that the interval takes"
                + " both models' errors for independent and is wider than it had to be where they"
                + " err on the same examples; keepingOutcomes() compares example by example");
    if (updated) {
      evidence.note(
          "the baseline was written by this run: the model is compared with itself"
              + before
                  .map(b -> "; before, it held " + said(b) + " of " + shown(b.key().model()))
                  .orElse(""));
    } else if (!line.key().model().equals(key.model())) {
      evidence.note("the baseline is that of " + shown(line.key().model()));
    }
  }

  private static String said(Entry entry) {
    return entry.values().entrySet().stream()
        .limit(3)
        .map(value -> value.getKey() + " " + Numbers.format(value.getValue().estimate()))
        .collect(Collectors.joining(", "));
  }

  private static Map<String, String> facts(Classifier model, Entry line) {
    Map<String, String> facts = new LinkedHashMap<>(model.provenance());
    facts.put("approved name", line.key().model());
    facts.put("approved sha256", line.modelSha256());
    return facts;
  }

  @Override
  public String toString() {
    return "regression from the baseline in "
        + metric
        + (keepsOutcomes ? ", keeping outcomes" : "");
  }
}

package dev.touchstone.check.robustness;

import dev.touchstone.check.evaluation.Answers;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Predictions;
import dev.touchstone.robustness.Certifier;
import dev.touchstone.robustness.Certifier.Status;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BracketedProportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Of which share of examples is it proven that no change within a threat model is answered wrongly?
 * Three things can be known of an example: it is proven, refuted (it is answered wrongly as it is,
 * or an attack found a change that is), or open. The share that stands all changes lies between the
 * proven and those that are not refuted, and its interval reaches from the lower limit of the
 * former to the upper limit of the latter (Clopper and Pearson): a claim passes by what was proven
 * alone, and fails by what was refuted alone.
 */
public final class CertifiedRobustness {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "certified share";

  private final Certifier certifier;

  private CertifiedRobustness(Certifier certifier) {
    this.certifier = certifier;
  }

  /** Proves in a way. */
  public static CertifiedRobustness by(Certifier certifier) {
    return new CertifiedRobustness(certifier);
  }

  /** Returns what is proven and how, in words. */
  public String describe() {
    return certifier.threat().inWords() + " by " + certifier.name();
  }

  private record Asked(Record certifier) {}

  /**
   * Proves and refutes what it can.
   *
   * @throws TouchstoneException if the certifier cannot be tried on the model or the data, or these
   *     are clustered
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    if (data.clustering().isPresent()) {
      throw new TouchstoneException(
          "%s is clustered by %s, and what is proven of examples is counted one by one; give data.onePerCluster(seed)"
              .formatted(data.name(), data.clustering().get()));
    }
    certifier.check(model, data);
    Record key = Keys.stated(certifier, certifier.name(), certifier.settings());
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(key), model, data, context),
            () -> measure(model, data, context));
  }

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace = Trace.start(context).with("certifier", certifier.name());
    certifier.settings().forEach(trace::with);
    Verified verified = Verified.shared(model, data, context);
    Predictions clean = verified.predictions();
    Status[] statuses = new Status[data.size()];
    boolean itself = certifier.provesTheModelItself();
    int[] asked =
        IntStream.range(0, data.size())
            .filter(i -> !itself || clean.predicted(i) == data.label(i))
            .toArray();
    Arrays.fill(statuses, Status.REFUTED);
    Certifier.Found[] found =
        asked.length == 0 ? new Certifier.Found[0] : certifier.find(model, data, asked, context);
    Map<Integer, float[]> counterexamples = new LinkedHashMap<>();
    for (int k = 0; k < asked.length; k++) {
      statuses[asked[k]] = found[k].status();
      float[] changed = found[k].counterexample();
      if (changed != null) {
        counterexamples.put(asked[k], changed);
      }
    }
    Evidence.Builder evidence =
        Evidence.of(
            "certified robustness",
            "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    Counterexamples refuting = new Counterexamples(model, data, statuses, evidence, context);
    if (!counterexamples.isEmpty()) {
      refuting.show(counterexamples, certifier.name());
    }
    if (itself) {
      refuting.attack();
    }
    for (Slice slice : data.slices()) {
      int proven = count(slice, statuses, Status.PROVEN);
      int refuted = count(slice, statuses, Status.REFUTED);
      int all = slice.examples().length;
      evidence.measured(
          new Measurement(
                  QUANTITY,
                  slice.isOverall() ? describe() : describe() + ", " + slice.name(),
                  BracketedProportion.of(proven, all - refuted, all))
              .reading(
                  Reading.share(
                      "of %s %s are proven to be answered rightly, however they are changed by %s"
                          .formatted(
                              Readings.examples(slice.name()),
                              Reading.VALUE,
                              certifier.threat().inWords()))));
      evidence.beside(
          new Measurement(
                  "error without",
                  slice.name(),
                  Rates.of(data, slice, i -> clean.predicted(i) != data.label(i)))
              .reading(Reading.share("")));
    }
    evidence.figure(table(data, statuses));
    evidence.note(certifier.restsOn());
    new Answers(model, clean, data).warn(evidence);
    Copies.say(evidence, data);
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  private static int count(Slice slice, Status[] statuses, Status status) {
    return (int) Arrays.stream(slice.examples()).filter(i -> statuses[i] == status).count();
  }

  private static Table table(Dataset data, Status[] statuses) {
    List<Table.Row> rows = new ArrayList<>();
    for (Slice slice : data.slices()) {
      List<Table.Cell> cells = new ArrayList<>();
      for (Status status : List.of(Status.PROVEN, Status.REFUTED, Status.OPEN)) {
        cells.add(Table.number(count(slice, statuses, status)));
      }
      rows.add(new Table.Row(slice.name(), cells));
    }
    return new Table(
        "certified",
        "What is known of the examples",
        "examples",
        List.of(
            new Table.Column("proven").withDecimals(0),
            new Table.Column("refuted").withDecimals(0),
            new Table.Column("open").withDecimals(0)),
        rows);
  }

  /** Changed examples that are answered wrongly. */
  private final class Counterexamples {
    private final Classifier model;
    private final Dataset data;
    private final Status[] statuses;
    private final Evidence.Builder evidence;
    private final RunContext context;

    private Counterexamples(
        Classifier model,
        Dataset data,
        Status[] statuses,
        Evidence.Builder evidence,
        RunContext context) {
      this.model = model;
      this.data = data;
      this.statuses = statuses;
      this.evidence = evidence;
      this.context = context;
    }

    /** Attacks what was not proven, where the model has gradients to follow. */
    private void attack() {
      int[] open =
          IntStream.range(0, statuses.length).filter(i -> statuses[i] == Status.OPEN).toArray();
      if (open.length == 0 || model.capability(InputGradients.class).isEmpty()) {
        return;
      }
      ProjectedGradientDescent attack = ProjectedGradientDescent.within(certifier.threat());
      float[][] rows = attack.perturb(model, data, open, context).rows();
      Map<Integer, float[]> changed = new LinkedHashMap<>();
      for (int k = 0; k < open.length; k++) {
        changed.put(open[k], rows[k]);
      }
      show(changed, attack.name());
    }

    /**
     * Shows those that are answered wrongly, and calls their examples refuted.
     *
     * @param changed by the examples they were made of
     * @param by who made them
     */
    private void show(Map<Integer, float[]> changed, String by) {
      int[] examples = changed.keySet().stream().mapToInt(i -> i).toArray();
      float[][] rows = changed.values().toArray(float[][]::new);
      Predictions answers =
          CheckedAnswers.ofSome(
              model,
              data.select(examples, "changed")
                  .withFeatures(Robustness.features(rows, data.shape()), by),
              context.settings().memoryBytes());
      List<Robustness.Broken> broken = new ArrayList<>();
      for (int k = 0; k < examples.length; k++) {
        int label = data.label(examples[k]);
        int answer = answers.predicted(k);
        if (answer != label) {
          certifier.threat().require(rows[k], data.batch(examples[k]).values(), by);
          statuses[examples[k]] = Status.REFUTED;
          Map<String, String> facts = new LinkedHashMap<>();
          facts.put("label", data.classNames().get(label));
          facts.put("by", by + " within " + certifier.threat().inWords());
          facts.put("answered then", data.classNames().get(answer));
          broken.add(
              new Robustness.Broken(
                  examples[k],
                  rows[k],
                  data.classNames().get(answer),
                  answers.probability(k, answer),
                  new Finding(data.id(examples[k]), facts)));
        }
      }
      broken.stream().limit(Evidence.MOST_FINDINGS).forEach(one -> evidence.worst(one.finding()));
      PerturbedPictures.of(data, broken, "counterexamples of " + by, 1).ifPresent(evidence::figure);
    }
  }
}

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
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.robustness.Perturbation;
import dev.touchstone.robustness.Perturbed;
import dev.touchstone.robustness.ThreatModel;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BracketedProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How often is a model wrong about examples that were changed: by an attack inside a threat model,
 * or by a common corruption? An attack is tried on examples that are answered rightly, and the
 * others count as errors, too, since leaving them as they are belongs to what an attacker may do.
 * Corrupted examples count by what is answered then.
 *
 * <p>The error rate under an attack bounds the worst case from below: an attack shows failure, and
 * that it fails shows robustness to this attack alone. What follows gradients is therefore tried
 * itself first ({@link GradientMasking}): where gradients are masked, the rate has no upper limit.
 */
public final class Robustness {
  /** The name of the measured quantity where an attack made the examples. */
  public static final String UNDER_ATTACK = "error under attack";

  /** The name of the measured quantity where a corruption did. */
  public static final String CORRUPTED = "error on corrupted examples";

  private final List<Perturbation> perturbations;

  private Robustness(List<Perturbation> perturbations) {
    this.perturbations = perturbations;
  }

  /**
   * Measures robustness to each of some perturbations.
   *
   * @throws TouchstoneException without one, or with one given twice
   */
  public static Robustness to(List<? extends Perturbation> perturbations) {
    if (perturbations.isEmpty()) {
      throw new TouchstoneException(
          "no perturbation was given, and robustness to none shows nothing");
    }
    List<String> described = perturbations.stream().map(Robustness::inWords).toList();
    if (described.stream().distinct().count() < described.size()) {
      throw new TouchstoneException(
          "the perturbations %s are not all different; give each once".formatted(described));
    }
    return new Robustness(List.copyOf(perturbations));
  }

  /** Measures robustness to a perturbation. */
  public static Robustness to(Perturbation perturbation) {
    return to(List.of(perturbation));
  }

  private static String inWords(Perturbation perturbation) {
    return perturbation
        .threat()
        .map(threat -> perturbation.name() + " within " + threat.inWords())
        .orElseGet(perturbation::name);
  }

  /** Returns the perturbations in words. */
  public String describe() {
    return perturbations.stream().map(Robustness::inWords).collect(Collectors.joining("; "));
  }

  private record Asked(List<Record> perturbations) {}

  /**
   * Changes the examples and asks the model about them.
   *
   * @throws TouchstoneException if a perturbation cannot be tried on the model or the data, or no
   *     example is answered rightly without it
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    Rates.refuseUnboundedClusters(data);
    for (Perturbation perturbation : perturbations) {
      perturbation.check(model, data);
    }
    List<Record> keys =
        perturbations.stream()
            .<Record>map(one -> Keys.stated(one, one.name(), one.settings()))
            .toList();
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(keys), model, data, context),
            () -> measure(model, data, context));
  }

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace = Trace.start(context);
    Verified verified = Verified.shared(model, data, context);
    Predictions clean = verified.predictions();
    int[] right =
        IntStream.range(0, data.size()).filter(i -> clean.predicted(i) == data.label(i)).toArray();
    if (right.length == 0) {
      throw new TouchstoneException(
          "%s answers none of the %d examples of %s rightly, and what changes would do to it cannot be seen; look at outputs, preprocessing and the order of the classes first"
              .formatted(model.name(), data.size(), data.name()));
    }
    Evidence.Builder evidence =
        Evidence.of(
            "robustness", "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    List<Broken> broken = new ArrayList<>();
    for (int p = 0; p < perturbations.size(); p++) {
      Perturbation perturbation = perturbations.get(p);
      Outcome outcome = tried(model, data, clean, right, perturbation, context);
      boolean attack = perturbation.threat().isPresent();
      String masked =
          perturbation.followsGradients()
              ? GradientMasking.of(
                      model,
                      data,
                      right,
                      outcome.perturbed(),
                      outcome.wrong(),
                      perturbation,
                      context)
                  .say(inWords(perturbation), evidence)
              : "";
      for (Slice slice : data.slices()) {
        evidence.measured(
            new Measurement(
                    attack ? UNDER_ATTACK : CORRUPTED,
                    labelled(inWords(perturbation), slice),
                    estimate(data, slice, outcome.wrong(), masked))
                .reading(
                    Reading.share(
                        attack
                            ? "of %s %s are answered wrongly as they are or can be changed so that they are (%s)"
                                .formatted(
                                    Readings.examples(slice.name()),
                                    Reading.VALUE,
                                    inWords(perturbation))
                            : "of %s %s are answered wrongly under %s"
                                .formatted(
                                    Readings.examples(slice.name()),
                                    Reading.VALUE,
                                    inWords(perturbation)))));
      }
      course(outcome.perturbed(), p + 1, inWords(perturbation)).forEach(evidence::figure);
      List<Broken> own = outcome.broken(data, clean, inWords(perturbation));
      broken.addAll(own);
      PerturbedPictures.of(data, own, inWords(perturbation), p + 1).ifPresent(evidence::figure);
      trace.with("perturbation " + (p + 1), perturbation.name());
      int number = p + 1;
      perturbation
          .settings()
          .forEach(
              (name, value) -> trace.with("perturbation %d, %s".formatted(number, name), value));
    }
    for (Slice slice : data.slices()) {
      evidence.beside(
          new Measurement(
                  "error without",
                  slice.name(),
                  Rates.of(data, slice, i -> clean.predicted(i) != data.label(i)))
              .reading(Reading.share("")));
    }
    new Answers(model, clean, data).warn(evidence);
    Copies.say(evidence, data);
    broken.stream()
        .sorted(Comparator.comparingDouble((Broken one) -> -one.probability()))
        .limit(Evidence.MOST_FINDINGS)
        .forEach(one -> evidence.worst(one.finding()));
    if (perturbations.stream().anyMatch(one -> one.threat().isPresent())) {
      evidence.note(
          "an attack can only show failure: the error in the worst case is at least as high, and"
              + " where few examples fall the model is robust to this attack and not proven to be"
              + " so to others");
    }
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  private static String labelled(String what, Slice slice) {
    return slice.isOverall() ? what : what + ", " + slice.name();
  }

  /** Where gradients are masked, whoever stood the attack may fall to a better one. */
  private static Estimate estimate(Dataset data, Slice slice, boolean[] wrong, String masked) {
    if (masked.isEmpty()) {
      return Rates.of(data, slice, i -> wrong[i]);
    }
    if (data.clustering().isPresent()) {
      return Undetermined.because(masked, slice.examples().length);
    }
    int errors = (int) Arrays.stream(slice.examples()).filter(i -> wrong[i]).count();
    int all = slice.examples().length;
    return BracketedProportion.of(errors, all, all);
  }

  /**
   * What a perturbation made of the examples, and which are answered wrongly.
   *
   * @param examples that it was tried on
   * @param answers to them, in their order
   * @param wrong of all data, whether the example counts as an error
   */
  private record Outcome(
      int[] examples, Perturbed perturbed, Predictions answers, boolean[] wrong) {

    /** Those that were right, and are wrong now. */
    List<Broken> broken(Dataset data, Predictions clean, String by) {
      List<Broken> broken = new ArrayList<>();
      for (int k = 0; k < examples.length; k++) {
        int i = examples[k];
        int now = answers.predicted(k);
        if (clean.predicted(i) == data.label(i) && now != data.label(i)) {
          Map<String, String> facts = new LinkedHashMap<>();
          facts.put("label", data.classNames().get(data.label(i)));
          facts.put("by", by);
          facts.put("answered then", data.classNames().get(now));
          facts.put(
              "its probability",
              Numbers.format(clean.probability(i, now))
                  + " then "
                  + Numbers.format(answers.probability(k, now)));
          broken.add(
              new Broken(
                  i,
                  perturbed.rows()[k],
                  data.classNames().get(now),
                  answers.probability(k, now),
                  new Finding(data.id(i), facts)));
        }
      }
      return broken;
    }
  }

  /**
   * An example that was answered rightly.
   *
   * @param row what became of it
   * @param answer what is said of that
   * @param probability of that answer
   */
  record Broken(int example, float[] row, String answer, double probability, Finding finding) {}

  private static Outcome tried(
      Classifier model,
      Dataset data,
      Predictions clean,
      int[] right,
      Perturbation perturbation,
      RunContext context) {
    boolean attack = perturbation.threat().isPresent();
    int[] examples = attack ? right : IntStream.range(0, data.size()).toArray();
    Perturbed perturbed = perturbation.perturb(model, data, examples, context);
    require(perturbation, perturbed, data, examples);
    Predictions answers =
        CheckedAnswers.ofSome(
            model,
            data.select(examples, "chosen")
                .withFeatures(features(perturbed.rows(), data.shape()), inWords(perturbation)),
            context.settings().memoryBytes());
    boolean[] wrong = new boolean[data.size()];
    if (attack) {
      IntStream.range(0, wrong.length).forEach(i -> wrong[i] = clean.predicted(i) != data.label(i));
    }
    for (int k = 0; k < examples.length; k++) {
      wrong[examples[k]] = answers.predicted(k) != data.label(examples[k]);
    }
    return new Outcome(examples, perturbed, answers, wrong);
  }

  /**
   * Whoever wrote the perturbation, examples are as many and as long, and the threat model holds.
   */
  private static void require(
      Perturbation perturbation, Perturbed perturbed, Dataset data, int[] examples) {
    float[][] rows = perturbed.rows();
    int width = data.features().rowSize();
    if (rows.length != examples.length
        || Arrays.stream(rows).anyMatch(row -> row.length != width)) {
      throw new TouchstoneException(
          "%s made %d rows of %d examples, or one that is not of %d values; let it make one of each"
              .formatted(perturbation.name(), rows.length, examples.length, width));
    }
    for (int k = 0; k < rows.length; k++) {
      for (float value : rows[k]) {
        if (!Float.isFinite(value)) {
          throw new TouchstoneException(
              "%s made a value of example %s that is %s; let it make finite numbers"
                  .formatted(perturbation.name(), data.id(examples[k]), value));
        }
      }
      if (perturbation.threat().isPresent()) {
        ThreatModel threat = perturbation.threat().get();
        threat.require(rows[k], data.batch(examples[k]).values(), perturbation.name());
      }
    }
  }

  static FeatureStore features(float[][] rows, int[] shape) {
    int width = rows[0].length;
    float[] values = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * width, width);
    }
    return FeatureStore.inMemory(values, shape);
  }

  /** The loss on the way of an attack. */
  private static List<Table> course(Perturbed perturbed, int number, String by) {
    List<Double> course = perturbed.course();
    if (course.isEmpty()) {
      return List.of();
    }
    List<Table.Row> rows = new ArrayList<>();
    int last = course.size() - 1;
    for (int step :
        IntStream.of(0, 1, last / 8, last / 4, last / 2, last).distinct().sorted().toArray()) {
      rows.add(new Table.Row(Integer.toString(step), List.of(Table.number(course.get(step)))));
    }
    return List.of(
        new Table(
            "course-" + number,
            "Mean loss of the true class on the way of " + by,
            "step",
            List.of(new Table.Column("loss").withDecimals(4)),
            rows));
  }
}

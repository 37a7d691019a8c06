package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How often is the model wrong? The share of examples whose predicted class is not their label, or,
 * {@linkplain #of(ModelBug) of a model bug}, whose probabilities lie too far from it (thesis,
 * section 2.3); overall and per group.
 *
 * <p>The interval is exact for independent examples (Clopper-Pearson), and one over clusters where
 * the data are {@linkplain Dataset#clusteredBy clustered}. The worst findings are the most
 * confidently wrong examples by their stable ids, or those with the largest distance.
 */
public final class ErrorRate implements Metric {
  private final @Nullable ModelBug bug;

  private ErrorRate(@Nullable ModelBug bug) {
    this.bug = bug;
  }

  /** The share of examples whose predicted class is wrong. */
  public static ErrorRate withDefaults() {
    return new ErrorRate(null);
  }

  /** The share of examples at which a model bug occurs. */
  public static ErrorRate of(ModelBug bug) {
    return new ErrorRate(bug);
  }

  @Override
  public String quantity() {
    return bug == null ? "error rate" : "model bug rate";
  }

  /** One number: 1 where the prediction is wrong or shows the bug, else 0. */
  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public double[] outcome(double[] probabilities, int label) {
    return new double[] {wrong(probabilities, label) ? 1 : 0};
  }

  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return new double[] {wrong(predictions, example, label) ? 1 : 0};
  }

  /** Of a model bug alone. */
  @Override
  public boolean readsProbabilities() {
    return bug != null;
  }

  private boolean wrong(double[] probabilities, int label) {
    return bug == null
        ? Predictions.mostProbable(probabilities) != label
        : bug.occursAt(probabilities, label);
  }

  @Override
  public double mostWorsening() {
    return 1;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && (outcome[0] == 0 || outcome[0] == 1);
  }

  /** Right and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {0}, new double[] {1}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) > 0));
  }

  /**
   * The difference of the rates on the same examples, with limits that are exact where one model
   * makes no error that the other does not, and p-values at 0 of the exact test of McNemar ({@link
   * dev.touchstone.statistics.BoundedMean}).
   */
  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 1);
  }

  /** What counts as an error, in words. */
  public String describe() {
    return bug == null
        ? "share of wrongly classified examples"
        : "share of examples with a model bug, " + bug + ",";
  }

  /**
   * Measures the error rate of every slice.
   *
   * @throws TouchstoneException for no examples, examples of a single class or cluster, or clusters
   *     of no stated size; a group of a single cluster is undetermined
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    refuseSingleClass(data);
    Rates.refuseUnboundedClusters(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(Keys.of(this), model, data, context),
            () -> measure(model, data, slices, context));
  }

  private static void refuseSingleClass(Dataset data) {
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          data.name()
              + " holds examples of a single class, "
              + data.classCounts().keySet()
              + "; a constant answer would have no error on it");
    }
  }

  private Evidence measure(Classifier model, Dataset data, List<Slice> slices, RunContext context) {
    Trace trace = Trace.start(context).with("error", describe());
    Rates.trace(trace, data);
    Verified verified = SharedPredictions.verified(model, data, context);
    if (readsProbabilities()) {
      verified.requireProbabilitiesOfTheAnswers("a model bug", model, data);
    }
    Predictions predictions = verified.predictions();
    Evidence.Builder evidence =
        Evidence.of(quantity(), model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    MajorityGuess guess = MajorityGuess.of(data);
    for (Slice slice : slices) {
      evidence.measured(
          new Measurement(
                  quantity(), slice.name(), Rates.of(data, slice, i -> wrong(predictions, data, i)))
              .beside(guess.rate(slice, i -> wrong(guess.probabilities(), data.label(i))))
              .reading(
                  Reading.share(
                      Reading.VALUE
                          + " of "
                          + Readings.examples(slice.name())
                          + (bug == null
                              ? " are answered wrongly"
                              : " are answered further from the truth than " + bug + " says"))));
      beside(evidence, slice, predictions, data);
    }
    findings(evidence, predictions, data);
    Answers answers = new Answers(model, predictions, data);
    evidence.note(answers.counts());
    answers.warn(evidence);
    Copies.say(evidence, data);
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  private boolean wrong(Predictions predictions, int example, int label) {
    return bug == null
        ? predictions.predicted(example) != label
        : bug.occursAt(predictions.probabilities(example), label);
  }

  private boolean wrong(Predictions predictions, Dataset data, int example) {
    return wrong(predictions, example, data.label(example));
  }

  /** The mean distance of a bug's definition; its interval takes examples for independent. */
  private void beside(
      Evidence.Builder evidence, Slice slice, Predictions predictions, Dataset data) {
    if (bug == null || slice.examples().length < 2 || data.clustering().isPresent()) {
      return;
    }
    double[] distances =
        Arrays.stream(slice.examples())
            .mapToDouble(i -> bug.distance(predictions.probabilities(i), data.label(i)))
            .toArray();
    evidence.beside(
        new Measurement(
            "mean distance", slice.name(), MeanEstimate.within(new Range(0, 2), distances)));
  }

  private void findings(Evidence.Builder evidence, Predictions predictions, Dataset data) {
    IntToDoubleFunction badness =
        bug == null
            ? predictions::confidence
            : i -> bug.distance(predictions.probabilities(i), data.label(i));
    IntStream.range(0, data.size())
        .filter(i -> wrong(predictions, data, i))
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(badness::applyAsDouble)
                .reversed()
                .thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS)
        .forEach(i -> evidence.worst(finding(predictions, data, i, badness.applyAsDouble(i))));
  }

  private Finding finding(Predictions predictions, Dataset data, int example, double badness) {
    Map<String, String> facts = new LinkedHashMap<>();
    int predicted = predictions.predicted(example);
    facts.put("label", data.classNames().get(data.label(example)));
    facts.put("predicted", data.classNames().get(predicted));
    facts.put(bug == null ? "confidence" : "distance", Numbers.format(badness));
    data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
    return new Finding(data.id(example), facts);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ErrorRate rate && Objects.equals(rate.bug, bug);
  }

  @Override
  public int hashCode() {
    return Objects.hash(ErrorRate.class, bug);
  }

  @Override
  public String toString() {
    return quantity() + (bug == null ? "" : " " + bug);
  }
}

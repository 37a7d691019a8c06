package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.Answers;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.MajorityGuess;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.SameModel;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Does a model predict what another one predicts? The share of examples that both assign to the
 * same class, overall and per group: for a quantised, pruned, distilled or re-exported model,
 * beside the one that it is to stand in for. No label is needed for it.
 *
 * <p>The interval is exact for independent examples (Clopper-Pearson), and one over clusters where
 * the data are {@linkplain Dataset#clusteredBy clustered}. Beside it stand how far probabilities
 * move, both error rates, and the negative flips: examples that the reference had right and the
 * model has wrong (Yan et al. 2021, "Positive-Congruent Training"), which two equal error rates may
 * hide. The worst findings are the disagreements with the largest change of a probability.
 *
 * <p>Predictions are made in batches. A model that quantises its activations as it runs (ONNX's
 * {@code DynamicQuantizeLinear}) takes the range from the whole batch: its agreement is that at the
 * batch size which the evidence states, whatever the memory budget.
 */
public final class Agreement {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "agreement";

  private final Classifier reference;

  private Agreement(Classifier reference) {
    this.reference = reference;
  }

  /** Measures agreement with a model. */
  public static Agreement with(Classifier reference) {
    return new Agreement(reference);
  }

  /** Returns whom the model has to agree with, in words. */
  public String describe() {
    return reference.name();
  }

  /**
   * Measures the agreement on every slice.
   *
   * @throws TouchstoneException for a model that is the reference itself, no examples, data of a
   *     single cluster, clusters of no stated size, or a reference that predicts one class for all
   *     of them, with which a constant would agree
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    Rates.refuseUnboundedClusters(data);
    SameModel.refuse(model, reference, "give the model and its reference their own files");
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(Keys.of(reference)), model, data, context),
            () -> measure(model, data, context));
  }

  private record Asked(Keys.OfModel reference) {}

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("reference", reference.name())
            .comparingWith(Comparison.with(Role.REFERENCE, reference.facts()));
    Verified expected = Verified.shared(reference, data, context);
    refuseConstant(expected.predictions(), data);
    Verified verified = Verified.shared(model, data, context);
    Both both = new Both(data, verified.predictions(), expected.predictions());
    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY + " of two models",
            model.name()
                + " and "
                + reference.name()
                + " on "
                + data.name()
                + " (n = "
                + data.size()
                + ")");
    for (Slice slice : data.slices()) {
      both.addTo(evidence, slice);
    }
    int[] all = IntStream.range(0, data.size()).toArray();
    both.worstFirst(all)
        .filter(both::disagree)
        .limit(Evidence.MOST_FINDINGS)
        .forEach(i -> evidence.worst(both.finding(i)));
    int furthest = both.worstFirst(all).findFirst().orElseThrow();
    evidence.note(
        "no probability changes by more than "
            + Numbers.format(both.change(furthest))
            + " (example "
            + data.id(furthest)
            + ")");
    new Answers(model, both.model(), data).warn(evidence);
    Copies.say(evidence, data);
    if (model.identity().equals(reference.identity())) {
      evidence.note(
          "both models come from one file, and differ in "
              + String.join(", ", model.facts().differencesFrom(reference.facts()))
              + ": SHA-256 "
              + model.sha256());
    }
    verified.addTo(evidence, trace, model, data);
    expected.noteOf(evidence, reference);
    return evidence.from(trace.end(model, data));
  }

  private void refuseConstant(Predictions expected, Dataset data) {
    long classes =
        IntStream.range(0, expected.size()).map(expected::predicted).distinct().limit(2).count();
    if (classes < 2) {
      throw new TouchstoneException(
          reference.name()
              + " predicts the same class for every example of "
              + data.name()
              + "; a constant would agree with it, so that agreement shows nothing");
    }
  }

  /** What both models predict of the same examples. */
  private record Both(Dataset data, Predictions model, Predictions reference) {

    void addTo(Evidence.Builder evidence, Slice slice) {
      int[] examples = slice.examples();
      evidence.measured(
          new Measurement(QUANTITY, slice.name(), Rates.of(data, slice, i -> !disagree(i)))
              .beside(guess(slice))
              .reading(
                  Reading.share(
                      Reading.VALUE
                          + " of "
                          + Readings.examples(slice.name())
                          + " are answered as the other model answers them")));
      if (Rates.lack(data, examples).isPresent()) {
        return;
      }
      evidence.beside(
          new Measurement(
              "error rate", slice.name(), Rates.of(data, examples, i -> isWrong(model, i))));
      evidence.beside(
          new Measurement(
              "error rate of the reference",
              slice.name(),
              Rates.of(data, examples, i -> isWrong(reference, i))));
      evidence.beside(
          new Measurement(
              NegativeFlips.withDefaults().quantity(),
              slice.name(),
              Rates.of(data, examples, i -> !isWrong(reference, i) && isWrong(model, i))));
      // Its interval is one for independent examples.
      if (examples.length >= 2 && data.clustering().isEmpty()) {
        evidence.beside(
            new Measurement(
                "mean change of probability",
                slice.name(),
                MeanEstimate.within(
                    Range.SHARE, Arrays.stream(examples).mapToDouble(this::change).toArray())));
      }
    }

    boolean disagree(int example) {
      return model.predicted(example) != reference.predicted(example);
    }

    /** What a constant would agree with: the class that the reference predicts most often. */
    private Guess guess(Slice slice) {
      MajorityGuess most = MajorityGuess.of(reference.counts(), data.classNames());
      return most.rate(slice, i -> reference.predicted(i) == most.label());
    }

    private boolean isWrong(Predictions predictions, int example) {
      return predictions.predicted(example) != data.label(example);
    }

    /** The largest change of a class's probability. */
    double change(int example) {
      return reference.change(example, model, example);
    }

    Stream<Integer> worstFirst(int[] examples) {
      return Arrays.stream(examples)
          .boxed()
          .sorted(
              Comparator.<Integer>comparingDouble(this::change).reversed().thenComparing(data::id));
    }

    Finding finding(int example) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("predicted", named(model, example));
      facts.put("by the reference", named(reference, example));
      facts.put("label", data.classNames().get(data.label(example)));
      data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
      return new Finding(data.id(example), facts);
    }

    private String named(Predictions predictions, int example) {
      return data.classNames().get(predictions.predicted(example))
          + " ("
          + Numbers.format(predictions.confidence(example))
          + ")";
    }
  }
}

package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import java.util.List;
import java.util.Optional;

/**
 * How good is the model? One {@link Metric}, overall and per group, with what the metric shows
 * beside it: pictures, companions, the worst of the data.
 */
public final class MetricValue {
  private final Metric metric;

  private MetricValue(Metric metric) {
    this.metric = metric;
  }

  /**
   * Of a metric.
   *
   * @throws TouchstoneException if it takes two models to have a value, as of negative flips
   */
  public static MetricValue of(Metric metric) {
    return new MetricValue(metric);
  }

  /**
   * Measures the metric on every slice.
   *
   * @throws TouchstoneException for no examples, examples of a single class or cluster, clusters of
   *     no stated size, a model that does not predict the data's classes, data that cannot carry
   *     the metric, or a metric of two models; a group that cannot carry it is undetermined
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    refuse(data);
    Groups groups = Groups.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(metric), model, data, context),
            () -> measure(model, data, slices, groups, context));
  }

  /** Refuses data of a single class. */
  void refuse(Dataset data) {
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          ("%s holds examples of a single class, %s; the %s on it says nothing about the others:"
                  + " a constant answer could have the best there is")
              .formatted(data.name(), data.classCounts().keySet(), metric.quantity()));
    }
  }

  private record Asked(Metric metric) {}

  private Evidence measure(
      Classifier model, Dataset data, List<Slice> slices, Groups groups, RunContext context) {
    Trace trace = Trace.start(context);
    metric.settings().forEach(trace::with);
    Verified verified = SharedPredictions.verified(model, data, context);
    if (metric.readsProbabilities()) {
      verified.requireProbabilitiesOfTheAnswers("the " + metric.quantity(), model, data);
    }
    Predictions predictions = verified.predictions();
    Evidence.Builder evidence =
        Evidence.of(
            metric.topic(), "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    Measured measured = new Measured(metric, predictions, model, data, context);
    for (Slice slice : slices) {
      groups
          .undetermined(slice)
          .ifPresentOrElse(
              lack -> evidence.measured(new Measurement(metric.quantity(), slice.name(), lack)),
              () -> measured.addTo(evidence, slice));
    }
    metric.worst(predictions, data).forEach(evidence::worst);
    groups.addTo(evidence);
    Answers answers = new Answers(model, predictions, data);
    evidence.note(answers.counts());
    answers.warn(evidence);
    Copies.say(evidence, data);
    evidence.note(metric.inWords());
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  /** What a metric makes of one model's predictions, slice by slice. */
  private static final class Measured {
    private final Metric metric;
    private final Outcomes outcomes;
    private final List<Outcomes> companions;
    private final MajorityGuess guess;
    private final Optional<Outcomes> guessed;

    Measured(
        Metric metric,
        Predictions predictions,
        Classifier model,
        Dataset data,
        RunContext context) {
      this.metric = metric;
      this.outcomes = Outcomes.of(metric, predictions, model.sha256(), data, context);
      this.companions =
          metric.companions().stream()
              .map(c -> Outcomes.of(c, predictions, model.sha256(), data, context))
              .toList();
      this.guess = MajorityGuess.of(data);
      this.guessed =
          metric.comparesWithMajority()
              ? Optional.of(guess.outcomes(metric, data, context))
              : Optional.empty();
    }

    void addTo(Evidence.Builder evidence, Slice slice) {
      Outcomes inSlice = outcomes.in(slice);
      Measurement measurement =
          new Measurement(metric.quantity(), slice.name(), valueOf(metric, inSlice))
              .reading(metric.valueInWords(Readings.examples(slice.name())));
      evidence.measured(
          guessed
              .map(answers -> guess.measuring(valueOf(metric, answers.in(slice)).value()))
              .map(measurement::beside)
              .orElse(measurement));
      for (int i = 0; i < companions.size(); i++) {
        Metric companion = metric.companions().get(i);
        evidence.beside(
            new Measurement(
                    companion.quantity(),
                    slice.name(),
                    valueOf(companion, companions.get(i).in(slice)))
                .reading(new Reading(companion.unit(), "")));
      }
      metric.figures(slice.name(), inSlice).forEach(evidence::figure);
    }
  }

  /** The metric of some outcomes; refuses one of two models. */
  static Estimate valueOf(Metric metric, Outcomes outcomes) {
    return metric
        .value(outcomes)
        .orElseThrow(
            () ->
                new TouchstoneException(
                    ("the %s compares two models, and one model has none; claim it by"
                            + " assertNoRegression(candidate, approved, data, metric, byAtMost(…))")
                        .formatted(metric.quantity())));
  }
}

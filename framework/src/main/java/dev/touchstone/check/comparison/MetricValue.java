package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.metric.Rates;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import java.util.List;
import java.util.Optional;

/**
 * How good is the model? One {@link Metric}, overall and per group, with what the metric shows
 * beside it: pictures, companions, the worst of the data.
 *
 * @param <M> the kind of models that the metric is of
 */
public final class MetricValue<M extends Model> {
  private final Measuring<M> measuring;
  private final Metric metric;

  private MetricValue(Measuring<M> measuring) {
    this.measuring = measuring;
    this.metric = measuring.metric();
  }

  /** Makes a check of classifiers. */
  public static MetricValue<Classifier> of(ClassificationMetric metric) {
    return new MetricValue<>(Measuring.classes(metric));
  }

  /** Makes a check of regressors. */
  public static MetricValue<Regressor> of(RegressionMetric metric) {
    return new MetricValue<>(Measuring.values(metric));
  }

  /**
   * Measures the metric on every slice.
   *
   * @throws TouchstoneException for no examples, examples of a single class, value or cluster,
   *     clusters of no stated size, a model that does not fit the data, data that cannot carry the
   *     metric, or a metric of two models; a group that cannot carry it is undetermined
   */
  public Evidence evaluate(M model, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    measuring.refuse(data);
    JudgeableSlices groups = JudgeableSlices.of(metric, data);
    Rates.refuseUnboundedClusters(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(metric), model, data, context),
            () -> measure(model, data, slices, groups, context));
  }

  private record Asked(Metric metric) {}

  private Evidence measure(
      M model, Dataset data, List<Slice> slices, JudgeableSlices groups, RunContext context) {
    Trace trace = Trace.start(context);
    metric.settings().forEach(trace::with);
    Answered answered = measuring.answered(model, data, context);
    Evidence.Builder evidence =
        Evidence.of(
            metric.topic(), "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    Outcomes outcomes = answered.outcomes();
    List<Answered.Beside> companions = answered.companions();
    Optional<Answered.Guessed> guessed = answered.guessed();
    for (Slice slice : slices) {
      Optional<? extends Estimate> lack = groups.undetermined(slice);
      if (lack.isPresent()) {
        evidence.measured(new Measurement(metric.quantity(), slice.name(), lack.get()));
        continue;
      }
      Outcomes inSlice = outcomes.in(slice);
      Measurement measurement =
          new Measurement(metric.quantity(), slice.name(), valueOf(metric, slice, inSlice))
              .reading(metric.valueInWords(Readings.examples(slice.name()), data));
      evidence.measured(
          guessed.map(guess -> measurement.beside(guessIn(slice, guess))).orElse(measurement));
      companions.forEach(beside -> evidence.beside(besideIn(slice, beside)));
      metric.figures(slice.name(), inSlice).forEach(evidence::figure);
    }
    answered.figure().ifPresent(evidence::figure);
    answered.worst().forEach(evidence::worst);
    groups.addTo(evidence);
    evidence.note(answered.counts());
    answered.addTo(evidence, trace);
    if (!metric.inWords().equals(metric.quantity())) {
      evidence.note(metric.inWords());
    }
    return evidence.from(trace.end(model, data));
  }

  private Guess guessIn(Slice slice, Answered.Guessed guess) {
    return new Guess(guess.answer(), valueOf(metric, slice, guess.outcomes().in(slice)).value());
  }

  private static Measurement besideIn(Slice slice, Answered.Beside beside) {
    Metric companion = beside.metric();
    return Besides.value(
        companion,
        companion.quantity(),
        slice.name(),
        valueOf(companion, slice, beside.outcomes().in(slice)));
  }

  /** The metric on a slice; refuses one of two models, and names what a user's own fails on. */
  static Estimate valueOf(Metric metric, Slice slice, Outcomes inSlice) {
    return new OnSlice(metric, slice)
        .value(inSlice)
        .orElseThrow(
            () ->
                new TouchstoneException(
                    ("the %s compares two models, and one model has none; claim it by"
                            + " assertNoRegression(candidate, approved, data, metric, byAtMost(…))")
                        .formatted(metric.quantity())));
  }
}

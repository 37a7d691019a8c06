package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.graph.Quantity;
import dev.touchstone.metric.explanation.Explained;
import dev.touchstone.metric.explanation.ExplanationMetric;
import dev.touchstone.metric.explanation.Measured;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How good are the explanations that a method gives of a model, by an {@link ExplanationMetric}?
 * Examples are drawn from the data, explained for the class that the model predicts unless {@link
 * #explaining another target} is given, and measured one by one; overall, and for every group that
 * the data are {@linkplain Dataset#groupedBy grouped by}.
 *
 * <p>Of numbers that are bounded the mean over examples is judged, by limits that hold whatever
 * their distribution is; of others the median, by order statistics. Examples that have no number,
 * such as one whose map is constant, are left out, and a note says how many.
 */
public final class ExplanationQuality {
  private static final int WORST = 5;

  private final AttributionMethod method;
  private final ExplanationMetric metric;
  private final Target target;
  private final int examples;

  private ExplanationQuality(
      AttributionMethod method, ExplanationMetric metric, Target target, int examples) {
    this.method = method;
    this.metric = metric;
    this.target = target;
    this.examples = examples;
  }

  /** Measures a method's explanations by a metric, on 50 examples. */
  public static ExplanationQuality of(AttributionMethod method, ExplanationMetric metric) {
    return new ExplanationQuality(method, metric, Target.predictedClass(), 50);
  }

  /**
   * Takes another number of examples, drawn from the data by the run's seed; all of them if there
   * are fewer.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public ExplanationQuality withExamples(int number) {
    if (number < Explanations.FEWEST_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least " + Explanations.FEWEST_EXAMPLES + " examples, was " + number);
    }
    return new ExplanationQuality(method, metric, target, number);
  }

  /**
   * Explains something else than the score of the class that the model predicts.
   *
   * @param explained what of the model's scores
   */
  public ExplanationQuality explaining(Target explained) {
    return new ExplanationQuality(method, metric, explained, examples);
  }

  /** Returns what is measured of whose explanations, in words. */
  public String describe() {
    return "%s of explanations by %s"
        .formatted(metric.inWords(), Explanations.describe(method, target));
  }

  /**
   * Measures.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model lacks what the method
   *     needs
   * @throws TouchstoneException for clustered data, too few examples, maps that are not finite, or
   *     what the metric cannot measure
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    method.require(model);
    Explanations.requireEnough(data);
    metric.require(model, method, data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(Keys.of(method), metric, target, examples), model, data, context),
            () -> measure(model, data, context));
  }

  private record Asked(Record method, ExplanationMetric metric, Target target, int examples) {}

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("method", method.name() + method.settings())
            .with("metric", metric.toString())
            .with("explained", target.describe())
            .with("scores", Explanations.kindOfScores(model, data))
            .with("examples", examples);
    Dataset sample = Explanations.sample(data, examples, "explanation quality", context);
    Verified verified = Verified.shared(model, sample, context);
    Quantity quantity = target.of(verified.predictions(), sample);
    Attribution attribution =
        Explanations.explain(
            method.measuringItsError(), model, sample.inputs(0, sample.size()), quantity, context);
    trace.with("rule", attribution.rule());
    Measured measured =
        metric.of(Explained.of(method, model, sample, quantity, attribution, context));
    double[] values = measured.values();
    require(values, sample, model);

    Evidence.Builder evidence =
        Evidence.of(
            WhatToMend.QUALITY_OF_EXPLANATIONS + method.name(),
            "%s on %s (%d examples)".formatted(model.name(), data.name(), sample.size()));
    for (Dataset.Slice slice : Explanations.slices(data, sample)) {
      if (slice.examples().length == 0) {
        evidence.measured(
            new Measurement(metric.quantity(), slice.name(), Explanations.undrawn(sample)));
        continue;
      }
      double[] ofSlice = finite(values, slice.examples());
      if (ofSlice.length == 0) {
        throw new TouchstoneException(
            "no example of %s of the %d that were drawn has a number for the %s; draw more with withExamples(…), or leave the group out"
                .formatted(slice.name(), sample.size(), metric.quantity()));
      }
      Measurement measurement =
          new Measurement(metric.quantity(), slice.name(), estimate(metric.range(), ofSlice))
              .reading(metric.reading());
      double[] uninformed =
          measured.uninformed().length == 0
              ? new double[0]
              : finiteIn(measured.uninformed(), values, slice.examples());
      evidence.measured(
          uninformed.length == 0
              ? measurement
              : measurement.beside(
                  new Guess(
                      "a map that knows nothing of the model",
                      Arrays.stream(uninformed).average().orElseThrow())));
    }
    for (Measured.Beside other : measured.beside()) {
      double[] found = Arrays.stream(other.values()).filter(Double::isFinite).toArray();
      if (found.length >= MedianEstimate.FEWEST_REPLICATES) {
        evidence.beside(
            new Measurement(
                other.quantity(), Dataset.Slice.OVERALL, estimate(other.range(), found)));
      }
    }
    worst(evidence, sample, values);
    pictures(evidence, sample, attribution, values);
    int without = (int) Arrays.stream(values).filter(Double::isNaN).count();
    if (without > 0) {
      evidence.note(
          "%d of %d examples have no number for the %s and were left out: their maps say nothing, or there is nothing to say of them"
              .formatted(without, values.length, metric.quantity()));
    }
    Explanations.addFidelity(evidence, attribution, "model", sample);
    verified.addTo(evidence, trace, model, sample);
    return evidence.from(trace.end(model, data));
  }

  private void require(double[] values, Dataset sample, Classifier model) {
    if (values.length != sample.size()) {
      throw new TouchstoneException(
          "the metric %s measured %d numbers of %d examples; it gives one each, NaN where there is none"
              .formatted(metric.quantity(), values.length, sample.size()));
    }
    for (int i = 0; i < values.length; i++) {
      boolean possible =
          Double.isNaN(values[i])
              || (Double.isFinite(values[i]) && metric.range().contains(values[i]));
      if (!possible) {
        throw new TouchstoneException(
            "the metric %s is %s of the example %s, and lies between %s and %s by its own range"
                .formatted(
                    metric.quantity(),
                    values[i],
                    sample.id(i),
                    metric.range().least(),
                    metric.range().most()));
      }
    }
    long telling = Arrays.stream(values).filter(Double::isFinite).count();
    if (telling < Explanations.FEWEST_EXAMPLES) {
      throw new TouchstoneException(
          "of the explanations by %s, %d of %d examples of %s have a number for the %s; at least %d are needed: %s"
              .formatted(
                  method.name(),
                  telling,
                  values.length,
                  model.name(),
                  metric.quantity(),
                  Explanations.FEWEST_EXAMPLES,
                  metric.cure()));
    }
  }

  /** The mean where there are ends, and else the median. */
  private static Estimate estimate(Range range, double... values) {
    return Double.isInfinite(range.least()) || Double.isInfinite(range.most())
        ? MedianEstimate.of(range, "examples", values)
        : BoundedMean.of(values, range.least(), range.most());
  }

  private static double[] finite(double[] values, int... examples) {
    return finiteIn(values, values, examples);
  }

  /** The numbers of those examples that have a value. */
  private static double[] finiteIn(double[] numbers, double[] values, int... examples) {
    return IntStream.of(examples)
        .filter(i -> Double.isFinite(values[i]))
        .mapToDouble(i -> numbers[i])
        .toArray();
  }

  private IntStream fromTheWorst(double... values) {
    Comparator<Integer> ascending = Comparator.comparingDouble(i -> values[i]);
    return IntStream.range(0, values.length)
        .filter(i -> Double.isFinite(values[i]))
        .boxed()
        .sorted(metric.higherIsBetter() ? ascending : ascending.reversed())
        .mapToInt(Integer::intValue);
  }

  private void worst(Evidence.Builder evidence, Dataset sample, double... values) {
    fromTheWorst(values)
        .limit(WORST)
        .forEach(
            i -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put(metric.quantity(), Numbers.format(values[i]));
              evidence.worst(new Finding("example " + sample.id(i), facts));
            });
  }

  /** The worst examples with their maps. */
  private void pictures(
      Evidence.Builder evidence, Dataset sample, Attribution attribution, double... values) {
    int[] shown = fromTheWorst(values).limit(Pictured.EXAMPLES).toArray();
    Pictured pictured = new Pictured(sample.select(shown, "with the worst explanations"));
    if (pictured.images()) {
      pictured.add(
          "map", IntStream.of(shown).mapToObj(i -> attribution.maps()[i]).toArray(double[][]::new));
      evidence.figure(
          pictured.figure(
              "%s: the examples with the worst %s".formatted(method.name(), metric.quantity())));
    }
  }
}

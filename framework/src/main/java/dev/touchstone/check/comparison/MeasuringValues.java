package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.AskedAgain;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.SharedValues;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.VerifiedValues;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Regressors are asked for values. */
record MeasuringValues(RegressionMetric ofValues) implements Measuring<Regressor> {
  /** Enough to see how values scatter; every claim about a model has its picture. */
  private static final int MOST_POINTS = 500;

  @Override
  public Metric metric() {
    return ofValues;
  }

  @Override
  public void refuse(Dataset data) {
    if (Arrays.stream(data.targets()).distinct().limit(2).count() < 2) {
      throw new TouchstoneException(
          "%s holds examples of a single value; the %s on it says nothing about others: a constant answer would have the best there is"
              .formatted(data.name(), ofValues.quantity()));
    }
  }

  /** By asking it about one example. */
  @Override
  public void requireFit(Regressor model, Dataset data) {
    CheckedAnswers.of(model, data.first(1), Long.MAX_VALUE);
  }

  @Override
  public boolean isPossible(double[] outcome, Dataset data, int example) {
    return ofValues.isPossible(outcome, data.target(example));
  }

  @Override
  public Answered answered(Regressor model, Dataset data, RunContext context) {
    return new Said(ofValues, model, data, SharedValues.of(model, data, context), context);
  }

  private record Said(
      RegressionMetric metric,
      Regressor model,
      Dataset data,
      VerifiedValues verified,
      RunContext context)
      implements Answered {

    private Outcomes of(RegressionMetric one, Values predicted, String source) {
      return Outcomes.of(one, predicted, source, data, context);
    }

    @Override
    public Outcomes outcomes() {
      return of(metric, verified.values(), model.sha256());
    }

    @Override
    public List<Beside> companions() {
      return metric.companions().stream()
          .map(one -> new Beside(one, of(one, verified.values(), model.sha256())))
          .toList();
    }

    /** Always the median, of which half the examples have more. */
    @Override
    public Optional<Guessed> guessed() {
      if (!metric.comparesWithMedian()) {
        return Optional.empty();
      }
      double[] ascending = data.targets();
      Arrays.sort(ascending);
      double median = ascending[ascending.length / 2];
      double[] always = new double[ascending.length];
      Arrays.fill(always, median);
      return Optional.of(
          new Guessed(
              "always answering %s".formatted(shown(median)),
              of(metric, Values.of(always), "the median")));
    }

    private String shown(double value) {
      return Numbers.format(value) + (data.unit().isEmpty() ? "" : " " + data.unit());
    }

    @Override
    public List<Finding> worst() {
      return metric.worst(verified.values(), data);
    }

    @Override
    public String said(int example) {
      return Numbers.format(verified.values().value(example));
    }

    @Override
    public String truth(int example) {
      return Numbers.format(data.target(example));
    }

    @Override
    public String truthName() {
      return "value";
    }

    @Override
    public double confidence(int example) {
      return 0;
    }

    @Override
    public Optional<IntPredicate> wrong() {
      return Optional.empty();
    }

    /** On the line both are equal. */
    @Override
    public Optional<Figure> figure() {
      List<Scatter.Point> points =
          IntStream.range(0, data.size())
              .mapToObj(i -> new Scatter.Point(data.target(i), verified.values().value(i)))
              .toList();
      return Optional.of(
          Scatter.thinned(
                  "predicted",
                  "Predicted and true values",
                  new Axis("true value", data.unit()),
                  new Axis("predicted value", data.unit()),
                  points,
                  MOST_POINTS)
              .withIdentity());
    }

    @Override
    public String counts() {
      return "predicted %s, and true %s"
          .formatted(range(verified.values().values()), range(data.targets()));
    }

    private String range(double[] values) {
      return Numbers.format(Arrays.stream(values).min().orElse(0))
          + " to "
          + shown(Arrays.stream(values).max().orElse(0));
    }

    @Override
    public void addTo(Evidence.Builder evidence, Trace trace) {
      double[] values = verified.values().values();
      if (Arrays.stream(values).distinct().limit(2).count() < 2) {
        evidence.warn(
            new Warning(
                Warning.ONE_VALUE,
                "%s predicts %s for all %d examples: it may be constant, or its output or its inputs be read wrongly; look at outputs, preprocessing and the order of the columns"
                    .formatted(PlainText.of(model.name(), 80), shown(values[0]), values.length)));
      }
      Copies.say(evidence, data);
      trace.under("asked again", AskedAgain.describe(model, data));
      noteOf(evidence);
    }

    @Override
    public void noteOf(Evidence.Builder evidence) {
      verified.noteOf(evidence, model);
    }
  }
}

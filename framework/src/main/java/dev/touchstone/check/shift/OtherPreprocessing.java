package dev.touchstone.check.shift;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.SmallestEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Would a model do better on the same examples if they were prepared otherwise? Then it was trained
 * on data that were prepared otherwise. The usual mistakes are tried one by one: values from 0 to
 * 255 or from 0 to 1, published means and deviations, the order of channels, channels last, rows
 * for columns, light for dark, another resize; of tables, columns as they are or standardised, and
 * their order.
 *
 * <p>A preparation is better where the model is more often right <em>and</em> gives the right class
 * more probability. Both are differences on the same examples, and what is judged is the smaller
 * one. How sure the model is of whatever it says is no measure: values that are 255 times too large
 * make most models very sure. It stands beside.
 */
public final class OtherPreprocessing {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "gain by another preprocessing";

  private static final int FEWEST = 30;
  private static final int MOST_NAMED = 5;

  /** A larger scale alone gives every answer more probability, so that this comes second. */
  private static final Comparator<Tried> MOST_RIGHT_FIRST =
      Comparator.comparingDouble((Tried one) -> one.right().value())
          .thenComparingDouble(Tried::ofRightClass)
          .reversed();

  private final List<Preprocessing> others;
  private final boolean usual;
  private final int examples;

  private OtherPreprocessing(List<Preprocessing> others, boolean usual, int examples) {
    this.others = List.copyOf(others);
    this.usual = usual;
    this.examples = examples;
  }

  /** Tries the usual mistakes on 1,000 examples. */
  public static OtherPreprocessing withDefaults() {
    return new OtherPreprocessing(List.of(), true, 1000);
  }

  /** Tries these alone. */
  public static OtherPreprocessing of(Preprocessing... preprocessings) {
    if (preprocessings.length == 0) {
      throw new IllegalArgumentException(
          "no preprocessing; OtherPreprocessing.withDefaults() tries the usual ones");
    }
    return new OtherPreprocessing(List.of(preprocessings), false, 1000);
  }

  /** Tries one more. */
  public OtherPreprocessing trying(Preprocessing preprocessing) {
    List<Preprocessing> more = new ArrayList<>(others);
    more.add(preprocessing);
    return new OtherPreprocessing(more, usual, examples);
  }

  /**
   * Takes another number of examples, drawn from the data by the run's seed; all of them if there
   * are fewer.
   *
   * @throws IllegalArgumentException for fewer than {@value #FEWEST}
   */
  public OtherPreprocessing withExamples(int number) {
    if (number < FEWEST) {
      throw new IllegalArgumentException("at least " + FEWEST + " examples, was " + number);
    }
    return new OtherPreprocessing(others, usual, number);
  }

  private record Asked(List<Record> others, boolean usual, int examples) {}

  /** What became of the model under one preprocessing. */
  private record Tried(
      String name, Proportion right, double ofRightClass, double confidence, Estimate gain) {}

  /**
   * Measures.
   *
   * @throws TouchstoneException for data whose examples are no numbers, or too few
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    TrainingWeights.refuse(data);
    if (!data.inputNames().isEmpty()) {
      throw new TouchstoneException(
          "%s has the inputs %s beside or in place of features; another preprocessing is tried on images and tables"
              .formatted(data.name(), data.inputNames()));
    }
    if (data.size() < FEWEST) {
      throw new TouchstoneException(
          "%s has %d examples; preprocessings are compared on at least %d"
              .formatted(data.name(), data.size(), FEWEST));
    }
    List<Record> keys = others.stream().map(one -> Keys.stated(one, one.name(), Map.of())).toList();
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(keys, usual, examples), model, data, context),
            () -> measure(model, data, context));
  }

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("examples", examples)
            .with("usual ones", usual)
            .with("others", others.stream().map(Preprocessing::name).toList());
    Dataset independent =
        data.clustering().isEmpty() ? data : data.onePerCluster(context.settings().seed());
    Dataset sample =
        independent.size() <= examples
            ? independent
            : independent.sample(examples, context.settings().seed());
    Verified verified = Verified.shared(model, sample, context);
    verified.requireProbabilitiesOfTheAnswers("preprocessing", model, sample);
    List<Preprocessing> candidates = new ArrayList<>();
    if (usual) {
      candidates.addAll(UsualPreprocessings.of(sample));
    }
    candidates.addAll(others);
    double[][] given = outcomes(verified.predictions(), sample);
    List<Tried> tried = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    List<String> same = new ArrayList<>();
    for (Preprocessing candidate : candidates) {
      Dataset changed = PreparedOtherwise.of(sample, candidate);
      if (PreparedOtherwise.isSame(sample, changed)) {
        same.add(candidate.name());
      } else {
        try {
          Predictions answers =
              CheckedAnswers.ofSome(model, changed, context.settings().memoryBytes());
          tried.add(tried(candidate.name(), answers, sample, given));
        } catch (TouchstoneException e) {
          refused.add("%s (%s)".formatted(candidate.name(), firstLine(e)));
        }
      }
      context
          .progress()
          .step("preprocessings", tried.size() + refused.size() + same.size(), candidates.size());
    }
    if (tried.isEmpty()) {
      throw new TouchstoneException(
          "no preprocessing could be tried on %s: %s changed nothing, the model refused %s"
              .formatted(data.name(), same, refused));
    }
    tried.sort(MOST_RIGHT_FIRST);
    return evidence(model, data, sample, verified, tried, refused, same, trace);
  }

  private static String firstLine(TouchstoneException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private Evidence evidence(
      Classifier model,
      Dataset data,
      Dataset sample,
      Verified verified,
      List<Tried> tried,
      List<String> refused,
      List<String> same,
      Trace trace) {
    Tried asGiven = asGiven(verified.predictions(), sample);
    Evidence.Builder evidence =
        Evidence.of(
            "preprocessing",
            "%s on %s (%d examples)".formatted(model.name(), data.name(), sample.size()));
    for (Tried one : tried) {
      evidence.measured(
          new Measurement(QUANTITY, one.name(), one.gain())
              .reading(
                  new Reading(
                      Reading.Unit.POINTS,
                      "with inputs %s the model is right more often, and gives the right class more probability, by %s"
                          .formatted(one.name(), Reading.VALUE))));
    }
    evidence.beside(new Measurement("right as given", Dataset.Slice.OVERALL, asGiven.right()));
    for (Tried one : tried.subList(0, Math.min(MOST_NAMED, tried.size()))) {
      evidence.beside(new Measurement("right", one.name(), one.right()));
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put(
          "right",
          "%s, as given %s"
              .formatted(
                  Numbers.format(one.right().value()), Numbers.format(asGiven.right().value())));
      facts.put(
          "probability of the right class",
          "%s, as given %s"
              .formatted(
                  Numbers.format(one.ofRightClass()), Numbers.format(asGiven.ofRightClass())));
      evidence.worst(new Finding(one.name(), facts));
    }
    evidence.figure(plot(tried));
    evidence.figure(ranking(asGiven, tried));
    evidence.note(
        "the values lie in the range %s, by which candidates were chosen"
            .formatted(UsualPreprocessings.valuesOf(sample).inWords()));
    if (!refused.isEmpty()) {
      evidence.note("the model gives no answers under: " + String.join("; ", refused));
    }
    if (!same.isEmpty()) {
      evidence.note("changes nothing in these data: " + String.join("; ", same));
    }
    verified.addTo(evidence, trace, model, sample);
    return evidence.from(trace.end(model, data));
  }

  /** Of each example whether it is right, and the right class's probability. */
  private static double[][] outcomes(Predictions predictions, Dataset data) {
    double[][] outcomes = new double[2][data.size()];
    for (int i = 0; i < data.size(); i++) {
      outcomes[0][i] = predictions.predicted(i) == data.label(i) ? 1 : 0;
      outcomes[1][i] = predictions.probability(i, data.label(i));
    }
    return outcomes;
  }

  private static Tried asGiven(Predictions predictions, Dataset sample) {
    double[][] outcomes = outcomes(predictions, sample);
    return tried("as given", predictions, sample, outcomes);
  }

  private static Tried tried(String name, Predictions answers, Dataset sample, double[][] given) {
    double[][] now = outcomes(answers, sample);
    List<Estimate> gains = new ArrayList<>();
    for (int k = 0; k < now.length; k++) {
      double[] difference = new double[sample.size()];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = Math.max(-1, Math.min(1, now[k][i] - given[k][i]));
      }
      gains.add(BoundedMean.of(difference, -1, 1));
    }
    return new Tried(
        name,
        Proportion.of((int) Arrays.stream(now[0]).sum(), sample.size()),
        Arrays.stream(now[1]).average().orElseThrow(),
        IntStream.range(0, sample.size()).mapToDouble(answers::confidence).average().orElseThrow(),
        SmallestEstimate.of(gains));
  }

  private static IntervalPlot plot(List<Tried> tried) {
    return new IntervalPlot(
        "preprocessings",
        "What the model gains by another preprocessing",
        "preprocessing",
        QUANTITY,
        tried.stream().map(Tried::name).toList(),
        Map.of(
            QUANTITY,
            tried.stream()
                .map(
                    one -> {
                      Interval interval = one.gain().interval(0.95);
                      return new IntervalPlot.Point(
                          one.gain().value(), interval.lower(), interval.upper());
                    })
                .toList()));
  }

  private static Table ranking(Tried given, List<Tried> tried) {
    List<Tried> all = new ArrayList<>(tried);
    all.add(given);
    all.sort(MOST_RIGHT_FIRST);
    return new Table(
        "ranking of preprocessings",
        "Ranking of preprocessings, most answers right first",
        "preprocessing",
        List.of(
            new Table.Column("right").withDecimals(4),
            new Table.Column("probability of the right class").withDecimals(4),
            new Table.Column("probability of the predicted class").withDecimals(4)),
        all.stream()
            .map(
                one ->
                    new Table.Row(
                        one.name(),
                        List.of(
                            Table.number(one.right().value()),
                            Table.number(one.ofRightClass()),
                            Table.number(one.confidence()))))
            .toList());
  }
}

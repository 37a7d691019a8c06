package dev.touchstone.check.shift;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ExactValue;
import dev.touchstone.statistics.IncreasingEstimate;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Are inputs prepared as they were when the model was trained? By what was written down then: what
 * the model answered to a few examples, or the means and deviations of what it was trained on.
 *
 * <p>Answers are compared exactly, with the first examples of the data; where they differ, the
 * usual mistakes are tried, and the one that brings the answers back is named. Means and deviations
 * are those of the examples' distribution, with Student's limits over examples; they see another
 * range or normalisation, and no other order.
 *
 * <p>Inputs themselves are compared by {@link Dataset#matchingReference}.
 */
public final class PreprocessingMatch {
  /** The name of what is measured of answers. */
  public static final String DIFFERENCE = "largest difference of a probability";

  /** The name of what is measured of means, in expected deviations. */
  public static final String SHIFT = "shift of the mean";

  /** The name of what is measured of deviations, as a share of the expected ones. */
  public static final String SPREAD = "change of the spread";

  private static final int FEWEST = 50;
  private static final int MOST_NAMED = 5;
  private static final int MOST_CHANNELS = 200;

  private final List<List<Double>> answers;
  private final List<Double> means;
  private final List<Double> deviations;

  private PreprocessingMatch(
      List<List<Double>> answers, List<Double> means, List<Double> deviations) {
    this.answers = answers;
    this.means = means;
    this.deviations = deviations;
  }

  /**
   * Compares with what the model answered where it was trained.
   *
   * @param probabilities of the first examples of the data, one row each with one probability per
   *     class
   * @throws IllegalArgumentException for no row, or one that is no distribution
   */
  public static PreprocessingMatch ofAnswers(double[][] probabilities) {
    if (probabilities.length == 0) {
      throw new IllegalArgumentException("no answers; give those to a few examples");
    }
    List<List<Double>> rows = new ArrayList<>();
    for (double[] row : probabilities) {
      if (Math.abs(Arrays.stream(row).sum() - 1) > 0.01
          || Arrays.stream(row).anyMatch(p -> !(p >= 0 && p <= 1))) {
        throw new IllegalArgumentException(
            "the answer %s is no distribution; give probabilities, the softmax of logits"
                .formatted(Arrays.toString(row)));
      }
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return new PreprocessingMatch(rows, List.of(), List.of());
  }

  /**
   * Compares with the means and standard deviations of the training data as the model was given
   * them.
   *
   * @param mean one per channel of images, or per column
   * @param deviation as many, above 0
   * @throws IllegalArgumentException for other numbers of them, or values that are not finite
   */
  public static PreprocessingMatch ofStatistics(double[] mean, double[] deviation) {
    if (mean.length == 0 || mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "%d means and %d deviations; give one of each per channel or column"
              .formatted(mean.length, deviation.length));
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i]) || !(deviation[i] > 0 && Double.isFinite(deviation[i]))) {
        throw new IllegalArgumentException(
            "mean %s and deviation %s; both have to be finite, the latter above 0"
                .formatted(mean[i], deviation[i]));
      }
    }
    return new PreprocessingMatch(
        List.of(), Arrays.stream(mean).boxed().toList(), Arrays.stream(deviation).boxed().toList());
  }

  /** Returns whether answers are compared, and not statistics. */
  public boolean comparesAnswers() {
    return !answers.isEmpty();
  }

  private record Asked(List<List<Double>> answers, List<Double> means, List<Double> deviations) {}

  /**
   * Measures.
   *
   * @throws TouchstoneException if there are fewer examples than answers, other classes or channels
   *     than expected, or too few examples for statistics
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    TrainingWeights.refuse(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(answers, means, deviations), model, data, context),
            () ->
                comparesAnswers() ? answers(model, data, context) : moments(model, data, context));
  }

  // --- answers ---

  private Evidence answers(Classifier model, Dataset data, RunContext context) {
    int n = answers.size();
    if (data.size() < n) {
      throw new TouchstoneException(
          "%d reference answers, and %s has %d examples; the answers are those to the first examples"
              .formatted(n, data.name(), data.size()));
    }
    if (answers.stream().anyMatch(row -> row.size() != data.classNames().size())) {
      throw new TouchstoneException(
          "the reference answers are of %d classes, and %s has %s"
              .formatted(answers.get(0).size(), data.name(), data.classNames()));
    }
    Trace trace = Trace.start(context).with("reference answers", answers);
    Dataset first = data.first(n);
    double[] given = differences(CheckedAnswers.ofSome(model, first, memory(context)));
    Evidence.Builder evidence =
        Evidence.of(
            "preprocessing", "%s on the first %d of %s".formatted(model.name(), n, data.name()));
    evidence.measured(
        new Measurement(DIFFERENCE, Dataset.Slice.OVERALL, exact(given))
            .reading(
                Reading.number(
                    "the answers differ from those at training by up to %s"
                        .formatted(Reading.VALUE))));
    IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> given[i]).reversed())
        .limit(MOST_NAMED)
        .forEach(
            i ->
                evidence.worst(
                    new Finding(
                        "example " + first.id(i), Map.of("difference", Numbers.format(given[i])))));
    Map<String, Double> under = new LinkedHashMap<>();
    under.put("as given", largest(given));
    if (data.inputNames().isEmpty()) {
      for (Preprocessing one : UsualPreprocessings.of(first)) {
        try {
          Dataset changed = PreparedOtherwise.of(first, one);
          under.put(
              one.name(),
              largest(differences(CheckedAnswers.ofSome(model, changed, memory(context)))));
        } catch (TouchstoneException e) {
          evidence.note("the model gives no answers where inputs are " + one.name());
        }
      }
    }
    Map.Entry<String, Double> best =
        under.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
    if (!best.getKey().equals("as given")) {
      evidence.note(
          "nearest to the reference where inputs are %s: the largest difference is %s then, and %s as given"
              .formatted(
                  best.getKey(), Numbers.format(best.getValue()), Numbers.format(largest(given))));
    }
    evidence.figure(
        new Table(
            "ranking of preprocessings",
            "Largest difference from the reference answers under other preprocessings",
            "preprocessing",
            List.of(new Table.Column(DIFFERENCE).withDecimals(4).withBars()),
            under.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(e -> new Table.Row(e.getKey(), List.of(Table.number(e.getValue()))))
                .toList()));
    return evidence.from(trace.end(model, data));
  }

  private static long memory(RunContext context) {
    return context.settings().memoryBytes();
  }

  private static ExactValue exact(double[] differences) {
    return ExactValue.of(largest(differences), differences.length, "examples");
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** Of each example the largest difference of a probability. */
  private double[] differences(Predictions predictions) {
    return IntStream.range(0, answers.size())
        .mapToDouble(
            i ->
                IntStream.range(0, predictions.classes())
                    .mapToDouble(
                        k -> Math.abs(predictions.probability(i, k) - answers.get(i).get(k)))
                    .max()
                    .orElseThrow())
        .toArray();
  }

  // --- statistics ---

  private Evidence moments(Classifier model, Dataset data, RunContext context) {
    int channels = means.size();
    int[] shape = data.shape();
    if (!data.inputNames().isEmpty() || shape[0] != channels || channels > MOST_CHANNELS) {
      throw new TouchstoneException(
          "%d means for examples of the shape %s of %s; give one per channel, or column, at most %d"
              .formatted(channels, Arrays.toString(shape), data.name(), MOST_CHANNELS));
    }
    if (data.clustering().isPresent()) {
      throw new TouchstoneException(
          "the examples of %s come in clusters, and limits over examples do not hold for them; give data.onePerCluster(seed)"
              .formatted(data.name()));
    }
    if (data.size() < FEWEST) {
      throw new TouchstoneException(
          "%s has %d examples; means are compared on at least %d"
              .formatted(data.name(), data.size(), FEWEST));
    }
    Trace trace =
        Trace.start(context).with("expected means", means).with("expected deviations", deviations);
    double[][] shifts = new double[channels][data.size()];
    double[][] squares = new double[channels][data.size()];
    // NaN where a value is missing, as in a mean over what is there.
    for (int i = 0; i < data.size(); i++) {
      float[] row = data.batch(i, i + 1).row(0);
      int size = row.length / channels;
      for (int j = 0; j < row.length; j++) {
        int channel = j / size;
        double z = (row[j] - means.get(channel)) / deviations.get(channel);
        shifts[channel][i] += z / size;
        squares[channel][i] += z * z / size;
      }
    }
    Evidence.Builder evidence =
        Evidence.of("preprocessing", "%s (%d examples)".formatted(data.name(), data.size()));
    List<Table.Row> rows = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      String slice = name(data, c);
      double[] shiftsThere = present(shifts[c]);
      double[] squaresThere = present(squares[c]);
      if (shiftsThere.length < FEWEST) {
        throw new TouchstoneException(
            "%s of %s is whole in %d examples, and missing values aside means are compared on at least %d; leave the column out, or fill it as in training"
                .formatted(slice, data.name(), shiftsThere.length, FEWEST));
      }
      if (shiftsThere.length < data.size()) {
        evidence.note(
            "%s misses values in %d examples, which do not count for it; so the expected mean and deviation have to be those of what was there, too"
                .formatted(slice, data.size() - shiftsThere.length));
      }
      MeanEstimate square =
          MeanEstimate.within(new Range(0, Double.POSITIVE_INFINITY), squaresThere);
      MeanEstimate shift = MeanEstimate.of(shiftsThere);
      evidence.measured(
          new Measurement(SHIFT, slice, shift)
              .reading(
                  Reading.number(
                      "the mean of %s lies %s of the expected deviations away"
                          .formatted(slice, Reading.VALUE))));
      evidence.measured(
          new Measurement(
                  SPREAD,
                  slice,
                  IncreasingEstimate.of(
                      square,
                      v -> Math.sqrt(v) - 1,
                      v -> (v + 1) * (v + 1),
                      new Range(-1, Double.POSITIVE_INFINITY)))
              .reading(
                  Reading.number(
                      "values of %s are spread about the expected mean by %s more than expected"
                          .formatted(slice, Reading.VALUE))));
      double mean = means.get(c) + deviations.get(c) * shift.value();
      double variance = square.value() - shift.value() * shift.value();
      double deviation = deviations.get(c) * Math.sqrt(Math.max(0, variance));
      rows.add(
          new Table.Row(
              slice,
              List.of(
                  Table.number(mean),
                  Table.number(means.get(c)),
                  Table.number(deviation),
                  Table.number(deviations.get(c)))));
      evidence.worst(
          new Finding(
              slice,
              Map.of(
                  "mean",
                  "%s, expected %s".formatted(Numbers.format(mean), Numbers.format(means.get(c))),
                  "deviation",
                  "%s, expected %s"
                      .formatted(Numbers.format(deviation), Numbers.format(deviations.get(c))))));
    }
    evidence.figure(
        new Table(
            "statistics",
            "Means and deviations, as given and as expected",
            "channel or column",
            List.of(
                new Table.Column("mean"),
                new Table.Column("expected mean"),
                new Table.Column("deviation"),
                new Table.Column("expected deviation")),
            rows));
    return evidence.from(trace.end(model, data));
  }

  private static double[] present(double... values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
  }

  private static String name(Dataset data, int channel) {
    List<String> names = data.featureNames();
    return data.shape().length == 1 && names.size() == data.shape()[0]
        ? names.get(channel)
        : "channel " + channel;
  }
}

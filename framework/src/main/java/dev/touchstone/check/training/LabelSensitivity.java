package dev.touchstone.check.training;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.SharedPredictions;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.data.Leakage;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.influence.GroupCalibrationError;
import dev.touchstone.influence.GroupDisparity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * By how much does a group's metric change when a share of the labels is wrong (thesis, section
 * 6.3)? At test time the labels of the audit are flipped and the model stays; at training time
 * those of the training data are, and the model is trained again. Two classes.
 *
 * <p>The change is absolute, metric with flips minus metric without, of each group by itself. Its
 * interval is over flips and over examples: with {@value #BLOCKS} random blocks b of the group's
 * examples and draws d of the flips, the pseudo-values of the jackknife {@code B Δ_d − (B − 1)
 * Δ_d(without b)}, moved to the mean Δ_d of each draw, are a table whose mean has the limits of
 * {@link CrossedMean}. They are about what is measured on so many examples: a calibration error of
 * few examples has a bias, and that is not taken out.
 */
public final class LabelSensitivity {
  private static final int BLOCKS = 20;
  private static final int FEWEST_IN_BLOCK = 2;
  private static final int DRAWS = 8;
  private static final int FEWEST_DRAWS = 6;
  private static final double RATE = 0.1;

  private final GroupDisparity metric;
  private final double rate;
  private final int draws;

  private LabelSensitivity(GroupDisparity metric, double rate, int draws) {
    this.metric = metric;
    this.rate = rate;
    this.draws = draws;
  }

  /** Flips a tenth of the labels and measures the calibration error of class 1. */
  public static LabelSensitivity withDefaults() {
    return of(GroupCalibrationError.withDefaults().ofPositiveClass());
  }

  /** Flips a tenth of the labels and measures another metric. */
  public static LabelSensitivity of(GroupDisparity metric) {
    return new LabelSensitivity(metric, RATE, DRAWS);
  }

  /**
   * Flips another share of the labels.
   *
   * @param share above 0 and at most 0.5; the thesis goes to 0.3
   * @throws IllegalArgumentException for another
   */
  public LabelSensitivity flipping(double share) {
    if (!(share > 0 && share <= 0.5)) {
      throw new IllegalArgumentException(
          "a share of labels above 0 and at most 0.5 is flipped, was " + share);
    }
    return new LabelSensitivity(metric, share, draws);
  }

  /**
   * Draws the flips more or less often than {@value #DRAWS} times.
   *
   * @throws IllegalArgumentException for fewer than {@value #FEWEST_DRAWS}, of which an interval
   *     says little
   */
  public LabelSensitivity withDraws(int number) {
    if (number < FEWEST_DRAWS) {
      throw new IllegalArgumentException(
          "flips are drawn at least %d times, was %d".formatted(FEWEST_DRAWS, number));
    }
    return new LabelSensitivity(metric, rate, number);
  }

  /** Returns the name of the measured quantity. */
  public String quantity() {
    return "change of " + metric.quantity();
  }

  /** Returns what is flipped, in words. */
  public String describe() {
    return "%.0f %% of the labels".formatted(100 * rate);
  }

  private record Asked(GroupDisparity metric, double rate, int draws) {}

  private record Trained(Trainer trainer, Keys.OfLearning training) {}

  /**
   * Flips labels of the examples that the model is measured on.
   *
   * @throws TouchstoneException for data that are not of two classes, or have one of them alone
   */
  public Evidence atTestTime(Classifier model, Dataset data, RunContext context) {
    check(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(metric, rate, draws), model, data, context),
            () -> {
              Trace trace = trace(context, "test time");
              double[] answers = positives(SharedPredictions.of(model, data, context));
              int[][] flipped = flipped(data, context);
              double[][] same = new double[draws][];
              Arrays.fill(same, answers);
              Evidence.Builder evidence =
                  Evidence.of(
                      "label sensitivity at test time",
                      "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
              measure(evidence, data, answers, same, flipped, context);
              evidence.note("the labels of the data are flipped, and the model stays as it is");
              return evidence.from(trace.end(model, data));
            });
  }

  /**
   * Flips labels of the training data, and trains again for each draw of the flips, and once
   * without.
   *
   * @throws TouchstoneException for data that are not of two classes, or have one of them alone, or
   *     if both share examples
   */
  public Evidence atTrainingTime(
      Trainer trainer, Dataset training, Dataset data, RunContext context) {
    check(training);
    check(data);
    Trace.facts(trainer);
    Leakage.refuse("training data", training, "data", data);
    if (!trainer.retrains()) {
      throw new TouchstoneException(
          "%s does not train, and labels of its training data change nothing; give a Trainer, or flip at test time"
              .formatted(trainer.name()));
    }
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(metric, rate, draws),
                new Trained(trainer, Keys.learntFrom(training)),
                data,
                context),
            () -> {
              Trace trace =
                  trace(context, "training time")
                      .with("training data", training.name())
                      .with("training data sha256", training.sha256());
              double[] before = answers(trainer, training, data, context);
              int[][] flipped = flipped(training, context);
              double[][] after = new double[draws][];
              int[][] same = new int[draws][];
              for (int d = 0; d < draws; d++) {
                after[d] =
                    answers(
                        trainer,
                        training.withLabels(flipped[d], "flips " + (d + 1)),
                        data,
                        context);
                same[d] = data.labels();
                context.progress().step("trainings with flipped labels", d + 1, draws);
              }
              Evidence.Builder evidence =
                  Evidence.of(
                      "label sensitivity at training time",
                      "%s on %s, measured on %s (n = %d)"
                          .formatted(trainer.name(), training.name(), data.name(), data.size()));
              measure(evidence, data, before, after, same, context);
              evidence.note(
                  "the labels of the training data are flipped, and the model is trained again each"
                      + " time");
              return evidence.from(trace.end(trainer, data));
            });
  }

  private Trace trace(RunContext context, String when) {
    return Trace.start(context)
        .with("metric", metric)
        .with("flipped", rate)
        .with("draws of flips", draws)
        .with("flipped at", when)
        .with("blocks of the jackknife", BLOCKS);
  }

  private static void check(Dataset data) {
    if (data.hasValues() || data.classNames().size() != 2) {
      throw new TouchstoneException(
          "%s is not of two classes, and labels are flipped to the other one; give data of two"
              .formatted(data.name()));
    }
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          "all labels of %s are \"%s\"; give examples of both classes"
              .formatted(data.name(), data.classCounts().keySet().iterator().next()));
    }
  }

  private int[][] flipped(Dataset data, RunContext context) {
    int[][] flipped = new int[draws][];
    Arrays.setAll(
        flipped,
        d ->
            LabelNoise.uniform(rate)
                .relabelled(
                    data, context.random().of("label sensitivity", data.sha256(), rate, d)));
    return flipped;
  }

  /** The same stream each time, so that trainings differ in their labels alone. */
  private static double[] answers(
      Trainer trainer, Dataset training, Dataset data, RunContext context) {
    TrainedModel trained = trainer.train(TrainingTask.of(training, "label sensitivity", context));
    try {
      return positives(CheckedAnswers.of(trained.model(), data, context.settings().memoryBytes()));
    } finally {
      trained.release();
    }
  }

  private static double[] positives(Predictions predictions) {
    return IntStream.range(0, predictions.size())
        .mapToDouble(i -> predictions.probability(i, 1))
        .toArray();
  }

  private void measure(
      Evidence.Builder evidence,
      Dataset data,
      double[] before,
      double[][] after,
      int[][] labels,
      RunContext context) {
    int[] order = PermutationSampler.natural(data.size());
    PermutationSampler.shuffle(context.random().of("blocks", data.sha256()), order);
    for (Slice slice : data.slices()) {
      boolean[] inside = new boolean[data.size()];
      Arrays.stream(slice.examples()).forEach(i -> inside[i] = true);
      int[] members = Arrays.stream(order).filter(i -> inside[i]).toArray();
      evidence.measured(
          new Measurement(
                  quantity(), slice.name(), change(data.labels(), before, after, labels, members))
              .reading(
                  new Reading(
                      Reading.Unit.POINTS,
                      "with %s flipped, the %s of %s changes by %s"
                          .formatted(
                              describe(),
                              metric.quantity(),
                              Readings.examples(slice.name()),
                              Reading.VALUE))));
    }
  }

  /**
   * The mean over draws of what changes, from pseudo-values over blocks of examples.
   *
   * @param members of the group, in random order
   */
  private Estimate change(
      int[] right, double[] before, double[][] after, int[][] labels, int[] members) {
    if (members.length < FEWEST_IN_BLOCK * BLOCKS) {
      return Undetermined.because(
          "a group of %d examples cannot be divided into %d blocks; at least %d are needed"
              .formatted(members.length, BLOCKS, FEWEST_IN_BLOCK * BLOCKS),
          members.length);
    }
    double[][] table = new double[BLOCKS][draws];
    try {
      double whole = of(right, before, members);
      List<int[]> rest = new ArrayList<>();
      double[] without = new double[BLOCKS];
      for (int b = 0; b < BLOCKS; b++) {
        int block = b;
        rest.add(
            IntStream.range(0, members.length)
                .filter(m -> m % BLOCKS != block)
                .map(m -> members[m])
                .toArray());
        without[b] = of(right, before, rest.get(b));
      }
      for (int d = 0; d < draws; d++) {
        double all = of(labels[d], after[d], members) - whole;
        double meanOfRests = 0;
        for (int b = 0; b < BLOCKS; b++) {
          table[b][d] = of(labels[d], after[d], rest.get(b)) - without[b];
          meanOfRests += table[b][d] / BLOCKS;
        }
        for (int b = 0; b < BLOCKS; b++) {
          table[b][d] = all - (BLOCKS - 1) * (table[b][d] - meanOfRests);
        }
      }
    } catch (TouchstoneException lack) {
      return Undetermined.because(Objects.requireNonNull(lack.getMessage()), members.length);
    }
    return CrossedMean.of(table).over("blocks of examples");
  }

  private double of(int[] labels, double[] probabilities, int... members) {
    return metric.of(
        Arrays.stream(members).mapToDouble(i -> probabilities[i]).toArray(),
        Arrays.stream(members).map(i -> labels[i]).toArray());
  }
}

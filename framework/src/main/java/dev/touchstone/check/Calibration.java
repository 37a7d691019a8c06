package dev.touchstone.check;

import dev.touchstone.calibration.Bins;
import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.CalibrationErrorIncrease;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Figure;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Probabilities;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Is the model as often right as it says? The expected calibration error, overall and per group
 * (thesis, appendix B.1.3), with Brier score and accuracy beside it.
 */
public final class Calibration implements Metric {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "ECE";

  private final int bins;
  private final OptionalInt positiveClass;

  private Calibration(int bins, OptionalInt positiveClass) {
    this.bins = bins;
    this.positiveClass = positiveClass;
  }

  /** Ten bins of the predicted class's confidence (top-label). */
  public static Calibration withDefaults() {
    return new Calibration(10, OptionalInt.empty());
  }

  /** Another number of bins. */
  public Calibration withBins(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("at least one bin, was " + number);
    }
    return new Calibration(number, positiveClass);
  }

  /** The probability of one class in place of the predicted class's. */
  public Calibration ofClass(int positive) {
    return new Calibration(bins, OptionalInt.of(positive));
  }

  /** What is binned, in words. */
  public String describe() {
    return positiveClass.isPresent()
        ? "positive-class (" + positiveClass.getAsInt() + ")"
        : "top-label";
  }

  @Override
  public String quantity() {
    String name = bins == 10 ? QUANTITY : QUANTITY + " of " + bins + " bins";
    return positiveClass.isPresent() ? describe() + " " + name : name;
  }

  /**
   * Three numbers: the confidence, 1 where it came true, and the class that it is about; of the
   * predicted class or of the positive one.
   */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    return outcome(probabilities, Predictions.mostProbable(probabilities), label);
  }

  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return outcome(predictions.probabilities(example), predictions.predicted(example), label);
  }

  private double[] outcome(double[] probabilities, int predicted, int label) {
    int stated = positiveClass.orElse(predicted);
    return new double[] {probabilities[stated], label == stated ? 1 : 0, stated};
  }

  /** By how much the confidence is farther from what came true. */
  @Override
  public double increase(double[] candidate, double[] approved) {
    return Math.abs(candidate[0] - candidate[1]) - Math.abs(approved[0] - approved[1]);
  }

  @Override
  public double mostWorsening() {
    return 1;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 3
        && Probabilities.isProbability(outcome[0])
        && outcome[1] == (label == outcome[2] ? 1 : 0)
        && (positiveClass.isEmpty() || outcome[2] == positiveClass.getAsInt());
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(CalibrationError.of(confidences(outcomes), bins));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    boolean[] sameStatement = new boolean[candidate.size()];
    for (int i = 0; i < sameStatement.length; i++) {
      sameStatement[i] = candidate.get(i, 2) == approved.get(i, 2);
    }
    return CalibrationErrorIncrease.of(
        confidences(candidate), confidences(approved), sameStatement, bins);
  }

  /**
   * The limits subtracted from each other, {@link LimitDifference}: estimates of the error are
   * biased, and those of two models may move against each other.
   */
  @Override
  public Estimate unpaired(Estimate candidate, Estimate approved) {
    return LimitDifference.of(candidate, approved);
  }

  private static Confidences confidences(Outcomes outcomes) {
    double[] confidence = new double[outcomes.size()];
    boolean[] cameTrue = new boolean[confidence.length];
    for (int i = 0; i < confidence.length; i++) {
      confidence[i] = outcomes.get(i, 0);
      cameTrue[i] = outcomes.get(i, 1) > 0;
    }
    return new Confidences(confidence, cameTrue);
  }

  /**
   * Refuses a class that is none, and clustered examples, for which the calibration error has no
   * interval.
   *
   * @throws TouchstoneException if the data do not have the class, or are clustered
   */
  @Override
  public void check(Dataset data) {
    positiveClass.ifPresent(
        positive -> ErrorsAmong.refuseUnknownClass(data, "calibration error", positive));
    data.clustering().ifPresent(column -> refuseClusters(data, column));
  }

  /**
   * Measures the calibration error of every slice.
   *
   * @throws TouchstoneException for no examples, or examples of a single class
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    refuseSingleClass(data);
    check(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(Keys.of(this), model, data, context),
            () -> measure(model, data, slices, context));
  }

  private Evidence measure(Classifier model, Dataset data, List<Slice> slices, RunContext context) {
    Trace trace = Trace.start(context).with("bins", bins).with("confidence", describe());
    Verified verified = SharedPredictions.verified(model, data, context);
    verified.requireProbabilitiesOfTheAnswers("calibration", model, data);
    Predictions predictions = verified.predictions();
    Evidence.Builder evidence =
        Evidence.of(
            "calibration", model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    List<RankedFinding> findings = new ArrayList<>();
    for (Slice slice : slices) {
      Confidences confidences = confidences(predictions, data.labels(), slice.examples());
      Bins binned = Bins.of(confidences, bins);
      CalibrationError error = CalibrationError.of(confidences, bins);
      evidence.measured(new Measurement(QUANTITY, slice.name(), error).reading(reading(slice)));
      beside(evidence, slice, predictions, data);
      evidence.figure(diagram(slice.name(), binned, error));
      findings.addAll(findings(slice.name(), binned));
    }
    findings.sort(Comparator.comparingDouble(RankedFinding::contribution).reversed());
    findings.stream()
        .limit(Evidence.MOST_FINDINGS)
        .forEach(ranked -> evidence.worst(ranked.finding()));
    Answers answers = new Answers(model, predictions, data);
    evidence.note(answers.counts());
    answers.warn(evidence);
    Copies.say(evidence, data);
    evidence.note("ECE of " + bins + " equal right-closed bins, " + describe() + " confidence");
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  private Reading reading(Slice slice) {
    return Reading.points(
        "the stated probability of "
            + (positiveClass.isPresent() ? "the class" : "the answer")
            + " and how often it comes true are "
            + Reading.VALUE
            + " apart on average, over "
            + Readings.examples(slice.name()));
  }

  private static void refuseSingleClass(Dataset data) {
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          data.name()
              + " holds examples of a single class, "
              + data.classCounts().keySet()
              + "; calibration on it says nothing about the others");
    }
  }

  private static void refuseClusters(Dataset data, String column) {
    throw new TouchstoneException(
        data.name()
            + " is clustered by "
            + column
            + ", and the interval of the calibration error is one for independent examples; claim"
            + " it of data.onePerCluster(seed)");
  }

  private Confidences confidences(Predictions predictions, int[] labels, int[] examples) {
    return positiveClass.isPresent()
        ? Confidences.ofClass(positiveClass.getAsInt(), predictions, labels, examples)
        : Confidences.topLabel(predictions, labels, examples);
  }

  /** Brier score (Brier 1950: squared distance to the one-hot label) and accuracy. */
  private static void beside(
      Evidence.Builder evidence, Slice slice, Predictions predictions, Dataset data) {
    double[] brier = new double[slice.examples().length];
    int correct = 0;
    for (int i = 0; i < brier.length; i++) {
      int example = slice.examples()[i];
      int label = data.label(example);
      brier[i] = BrierScore.of(predictions.probabilities(example), label);
      correct += predictions.predicted(example) == label ? 1 : 0;
    }
    if (brier.length >= 2) {
      evidence.beside(
          new Measurement(
              "Brier score", slice.name(), MeanEstimate.within(new Range(0, 2), brier)));
    }
    evidence.beside(
        new Measurement("accuracy", slice.name(), Proportion.of(correct, brier.length))
            .reading(Reading.share("")));
  }

  private static Figure diagram(String slice, Bins binned, CalibrationError error) {
    return new Figure.ReliabilityDiagram(
        "reliability-" + slice,
        "Reliability, "
            + slice
            + ": ECE "
            + Numbers.format(error.value())
            + ", n = "
            + error.sampleSize(),
        IntStream.range(0, binned.count())
            .mapToObj(
                b ->
                    new Figure.ReliabilityDiagram.Bin(
                        (double) b / binned.count(),
                        (double) (b + 1) / binned.count(),
                        binned.count(b),
                        binned.confidence(b),
                        binned.accuracy(b)))
            .toList());
  }

  private record RankedFinding(double contribution, Finding finding) {}

  private static List<RankedFinding> findings(String slice, Bins binned) {
    return binned.worstFirst().stream()
        .map(
            b -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("confidence", Numbers.format(binned.confidence(b)));
              facts.put("accuracy", Numbers.format(binned.accuracy(b)));
              facts.put("n", Integer.toString(binned.count(b)));
              String range =
                  "("
                      + Numbers.format((double) b / binned.count())
                      + ", "
                      + Numbers.format((double) (b + 1) / binned.count())
                      + "]";
              double gap = Math.abs(binned.confidence(b) - binned.accuracy(b));
              return new RankedFinding(
                  gap * binned.count(b), new Finding(slice + " " + range, facts));
            })
        .toList();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Calibration calibration
        && calibration.bins == bins
        && calibration.positiveClass.equals(positiveClass);
  }

  @Override
  public int hashCode() {
    return Objects.hash(bins, positiveClass);
  }

  @Override
  public String toString() {
    return "calibration, " + bins + " bins, " + describe();
  }
}

package dev.touchstone.metric;

import dev.touchstone.calibration.Bins;
import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.CalibrationErrorIncrease;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Probabilities;
import dev.touchstone.statistics.Range;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Is the model as often right as it says? The expected calibration error (thesis, appendix B.1.3),
 * with Brier score and accuracy beside it.
 */
public final class Calibration implements ClassificationMetric {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "ECE";

  private final int bins;
  private final OptionalInt positiveClass;

  private Calibration(int bins, OptionalInt positiveClass) {
    this.bins = bins;
    this.positiveClass = positiveClass;
  }

  /** Takes ten bins of the predicted class's confidence (top-label). */
  public static Calibration withDefaults() {
    return new Calibration(10, OptionalInt.empty());
  }

  /** Takes another number of bins. */
  public Calibration withBins(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("at least one bin, was " + number);
    }
    return new Calibration(number, positiveClass);
  }

  /** Returns the probability of one class in place of the predicted class's. */
  public Calibration ofClass(int positive) {
    return new Calibration(bins, OptionalInt.of(positive));
  }

  @Override
  public String inWords() {
    return "%s expected calibration error of %d equal right-closed bins"
        .formatted(describe(), bins);
  }

  @Override
  public String topic() {
    return "calibration";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("bins", Integer.toString(bins), "confidence", describe());
  }

  @Override
  public Reading valueInWords(String examples) {
    return Reading.points(
        "the stated probability of %s and how often it comes true are %s apart on average, over %s"
            .formatted(
                positiveClass.isPresent() ? "the class" : "the answer", Reading.VALUE, examples));
  }

  /** Returns what is binned, in words. */
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
  public Range range() {
    return Range.SHARE;
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
  public Estimate difference(Estimate first, Estimate second) {
    return LimitDifference.of(first, second);
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
        positive -> MetricOfClass.refuseUnknownClass(data, "calibration error", positive));
    data.clustering().ifPresent(column -> refuseClusters(data, column));
  }

  private static void refuseClusters(Dataset data, String column) {
    throw new TouchstoneException(
        ("%s is clustered by %s, and the interval of the calibration error is one for independent"
                + " examples; claim it of data.onePerCluster(seed)")
            .formatted(data.name(), column));
  }

  /** Brier score and accuracy. */
  @Override
  public List<ClassificationMetric> companions() {
    return List.of(BrierScore.withDefaults(), Accuracy.withDefaults());
  }

  /** The reliability diagram: how often each bin's probability comes true. */
  @Override
  public List<Figure> figures(String slice, Outcomes outcomes) {
    Confidences confidences = confidences(outcomes);
    Bins binned = Bins.of(confidences, bins);
    CalibrationError error = CalibrationError.of(confidences, bins);
    return List.of(
        new ReliabilityDiagram(
            "reliability-" + slice,
            "Reliability, %s: ECE %s, n = %d"
                .formatted(slice, Numbers.format(error.value()), error.sampleSize()),
            IntStream.range(0, binned.count())
                .mapToObj(
                    b ->
                        new ReliabilityDiagram.Bin(
                            (double) b / binned.count(),
                            (double) (b + 1) / binned.count(),
                            binned.count(b),
                            binned.confidence(b),
                            binned.accuracy(b)))
                .toList()));
  }

  /** The bins of every slice that add most to the error. */
  @Override
  public List<Finding> worst(Predictions predictions, Dataset data) {
    return data.slices().stream()
        .flatMap(
            slice -> ranked(slice.name(), Bins.of(confidences(predictions, data, slice), bins)))
        .sorted(Comparator.comparingDouble(RankedFinding::contribution).reversed())
        .limit(Evidence.MOST_FINDINGS)
        .map(RankedFinding::finding)
        .toList();
  }

  private Confidences confidences(Predictions predictions, Dataset data, Slice slice) {
    return positiveClass.isPresent()
        ? Confidences.ofClass(
            positiveClass.getAsInt(), predictions, data.labels(), slice.examples())
        : Confidences.topLabel(predictions, data.labels(), slice.examples());
  }

  private record RankedFinding(double contribution, Finding finding) {}

  private static Stream<RankedFinding> ranked(String slice, Bins binned) {
    return binned.worstFirst().stream()
        .map(
            b -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("confidence", Numbers.format(binned.confidence(b)));
              facts.put("accuracy", Numbers.format(binned.accuracy(b)));
              facts.put("n", Integer.toString(binned.count(b)));
              String range =
                  "(%s, %s]"
                      .formatted(
                          Numbers.format((double) b / binned.count()),
                          Numbers.format((double) (b + 1) / binned.count()));
              double gap = Math.abs(binned.confidence(b) - binned.accuracy(b));
              return new RankedFinding(
                  gap * binned.count(b), new Finding(slice + " " + range, facts));
            });
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

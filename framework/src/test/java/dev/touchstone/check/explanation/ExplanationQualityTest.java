package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.graph.Quantity;
import dev.touchstone.metric.explanation.DeletionGain;
import dev.touchstone.metric.explanation.Explained;
import dev.touchstone.metric.explanation.ExplanationMetric;
import dev.touchstone.metric.explanation.Infidelity;
import dev.touchstone.metric.explanation.Measured;
import dev.touchstone.metric.explanation.Region;
import dev.touchstone.metric.explanation.RelevanceMass;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Range;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Numbers of single examples as evidence. */
class ExplanationQualityTest {
  private static final int N = 40;
  private static final Range SHARE = Range.SHARE;
  private static final Range OPEN = new Range(0, Double.POSITIVE_INFINITY);

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static final Classifier MODEL =
      Models.function(
              "model",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {0, batch.row(i)[0] - 20})
                      .toArray(double[][]::new))
          .emittingLogits();

  /** The first feature is the example's number; the first quarter is of group a. */
  private static Dataset data(int n) {
    float[] x = new float[2 * n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = i;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(x, 2))
        .featureNames(List.of("number", "nothing"))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("even", "odd"))
        .column("group", IntStream.range(0, n).mapToObj(i -> i < n / 4 ? "a" : "b").toList())
        .build();
  }

  /** Gives the first feature everything. */
  private static final class First implements AttributionMethod {
    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps =
          IntStream.range(0, batch.rows())
              .mapToObj(i -> new double[] {1, 0})
              .toArray(double[][]::new);
      return Attribution.of(maps, batch, quantity, "the first");
    }
  }

  /** A tree asks about numbers farther away than small noise goes: more examples would not help. */
  @Test
  void noiseThatChangesNoAnswerIsToBeLarger() {
    Classifier step =
        Models.function(
                "a step",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {0, batch.row(i)[0] < 20.5 ? -1 : 1})
                        .toArray(double[][]::new))
            .emittingLogits();

    assertThatThrownBy(
            () ->
                ExplanationQuality.of(new First(), Infidelity.underNoise(0.01))
                    .evaluate(step, data(N), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("0 of 40 examples of a step have a number for the infidelity")
        .hasMessageContaining("write a larger one, Infidelity.underNoise(0.1)");
  }

  /** A number that follows from the example's. */
  private record Numbered(Range range, boolean higherIsBetter, IntToDoubleFunction number)
      implements ExplanationMetric {
    @Override
    public String quantity() {
      return "number";
    }

    @Override
    public Reading reading() {
      return Reading.number("the number is " + Reading.VALUE);
    }

    @Override
    public Measured of(Explained explained) {
      int n = explained.size();
      double[] half = new double[n];
      Arrays.fill(half, 0.5);
      return Measured.of(
              IntStream.range(0, n)
                  .mapToDouble(i -> number.applyAsDouble((int) explained.row(i)[0]))
                  .toArray())
          .against(half)
          .beside("other", SHARE, half);
    }
  }

  private Evidence evaluate(ExplanationMetric metric, Dataset data) {
    return ExplanationQuality.of(new First(), metric).evaluate(MODEL, data, context);
  }

  /** A group of which no example is drawn is not shown to be all right by the others. */
  @Test
  void aGroupOfWhichNobodyWasDrawnIsUndetermined() {
    Evidence evidence =
        ExplanationQuality.of(new First(), new Numbered(SHARE, true, i -> 0.5))
            .withExamples(10)
            .evaluate(
                MODEL,
                data(400)
                    .withMerged("group", "most", "b")
                    .where(i -> i >= 99, "few")
                    .groupedBy("group"),
                context);

    assertThat(evidence.measurements())
        .extracting(m -> m.slice() + " " + m.estimate().sampleSize())
        .containsExactly("overall 10", "group=a 0", "group=most 10");
    assertThat(evidence.measurements().get(1).estimate()).isInstanceOf(Undetermined.class);
  }

  @Test
  void boundedNumbersAreJudgedByTheirMean() {
    Evidence evidence = evaluate(new Numbered(SHARE, true, i -> i / 100.0), data(N));
    Measurement measurement = evidence.measurements().get(0);
    assertThat(measurement.estimate()).isInstanceOf(BoundedMean.class);
    assertThat(measurement.estimate().value()).isCloseTo(0.195, within(1e-12));
    assertThat(measurement.guess().orElseThrow().value()).isEqualTo(0.5);
    assertThat(evidence.context()).extracting(Measurement::quantity).contains("other");
    assertThat(evidence.worst().get(0).toString()).contains("number", "0");
    assertThat(evidence.check()).isEqualTo("quality of explanations by First");
  }

  @Test
  void numbersWithoutAnEndAreJudgedByTheirMedian() {
    Evidence evidence = evaluate(new Numbered(OPEN, false, i -> i * i), data(N - 1));
    assertThat(evidence.measurements().get(0).estimate()).isInstanceOf(MedianEstimate.class);
    assertThat(evidence.measurements().get(0).estimate().value()).isEqualTo(19 * 19);
    assertThat(evidence.worst().get(0).toString()).contains("1444");
  }

  @Test
  void groupsAreMeasuredApart() {
    Evidence evidence =
        evaluate(new Numbered(SHARE, true, i -> i < 10 ? 0 : 1), data(N).groupedBy("group"));
    assertThat(evidence.measurements())
        .extracting(Measurement::slice)
        .containsExactly(Dataset.Slice.OVERALL, "group=a", "group=b");
    assertThat(evidence.measurements())
        .extracting(measurement -> measurement.estimate().value())
        .containsExactly(0.75, 0.0, 1.0);
  }

  @Test
  void examplesWithoutANumberAreLeftOutAndCounted() {
    Evidence evidence =
        evaluate(new Numbered(SHARE, true, i -> i % 2 == 0 ? Double.NaN : 1), data(N));
    assertThat(evidence.measurements().get(0).estimate().value()).isEqualTo(1);
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("20 of 40 examples have no"));
    assertThatThrownBy(
            () -> evaluate(new Numbered(SHARE, true, i -> i < 9 ? 1 : Double.NaN), data(N)))
        .hasMessageContaining("9 of 40 examples")
        .hasMessageContaining("withExamples(…)");
    assertThatThrownBy(
            () ->
                evaluate(
                    new Numbered(SHARE, true, i -> i < 10 ? Double.NaN : 1),
                    data(N).groupedBy("group")))
        .hasMessageContaining("no example of group=a");
  }

  @Test
  void aMetricKeepsItsOwnRange() {
    assertThatThrownBy(() -> evaluate(new Numbered(SHARE, true, i -> i), data(N)))
        .hasMessageContaining("is 2.0 of the example")
        .hasMessageContaining("between 0.0 and 1.0");
    assertThatThrownBy(
            () -> evaluate(new Numbered(OPEN, true, i -> Double.POSITIVE_INFINITY), data(N)))
        .hasMessageContaining("is Infinity");
  }

  @Test
  void whatIsAskedIsRefusedBeforeAnyWork() {
    assertThatThrownBy(() -> evaluate(RelevanceMass.inside(Region.columns("x")), data(N)))
        .hasMessageContaining("no column \"x\"");
    assertThatThrownBy(() -> evaluate(DeletionGain.withDefaults(), data(9)))
        .hasMessageContaining("at least 10");
    assertThatThrownBy(
            () -> ExplanationQuality.of(new First(), Infidelity.underNoise(1)).withExamples(9))
        .hasMessageContaining("at least 10");
  }

  @Test
  void otherTargetsAreExplained() {
    ExplanationQuality check =
        ExplanationQuality.of(new First(), Infidelity.underNoise(0.5)).withExamples(20);
    // The gradient of class 1's score is (1, 0), and of class 0's nothing changes.
    Evidence right = check.explaining(Target.ofClass(1)).evaluate(MODEL, data(N), context);
    assertThat(right.measurements().get(0).estimate().value()).isLessThan(1e-9);
    assertThatThrownBy(() -> check.explaining(Target.ofClass(0)).evaluate(MODEL, data(N), context))
        .hasMessageContaining("0 of 20 examples");
    assertThat(check.explaining(Target.trueLabel()).describe())
        .isEqualTo("infidelity of explanations by First for the true label");
  }

  @Test
  void theFeatureThatMattersIsDeletedFirst() {
    Evidence evidence = evaluate(DeletionGain.withDefaults().withSteps(2), data(N));
    assertThat(evidence.measurements().get(0).estimate().value()).isPositive();
    assertThat(evidence.measurements().get(0).guess().orElseThrow().value()).isZero();
  }
}

package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.metric.ErrorNorm;
import dev.touchstone.metric.ErrorQuantile;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.IntervalCoverage;
import dev.touchstone.metric.LargeErrorRate;
import dev.touchstone.metric.MeanAbsoluteError;
import dev.touchstone.metric.MeanError;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.metric.RootMeanSquaredError;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regressors from the file to the evidence. */
class RegressorTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  @TempDir Path folder;

  private static Regressor reading(String name, int feature) {
    return Models.function(name, "1", batch -> column(batch, feature)).emittingValues();
  }

  private static double[][] column(Tensor batch, int feature) {
    double[][] output = new double[batch.rows()][1];
    for (int i = 0; i < output.length; i++) {
      output[i][0] = batch.row(i)[feature];
    }
    return output;
  }

  // Off by 1, -2, 0 (f); 4, -8, 0 (m); the second model by 2, 2, 2; 2, 2, 2.
  private static Dataset six() {
    return Dataset.named("six")
        .features(
            FeatureStore.inMemory(new float[] {11, 12, 18, 22, 30, 32, 44, 42, 42, 52, 60, 62}, 2))
        .values(new double[] {10, 20, 30, 40, 50, 60}, "DM")
        .ids(List.of("a", "b", "c", "d", "e", "f"))
        .column("sex", List.of("f", "f", "f", "m", "m", "m"))
        .build();
  }

  private Estimate value(RegressionMetric metric, String slice) {
    return MetricValue.of(metric)
        .evaluate(reading("one", 0), six().groupedBy("sex"), context)
        .measurements()
        .stream()
        .filter(m -> m.slice().equals(slice))
        .map(Measurement::estimate)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void predictedValuesStandAgainstTrueOnesInTheirUnit() {
    Evidence evidence =
        MetricValue.of(MeanError.cappedAt(100)).evaluate(reading("one", 0), six(), context);
    assertThat(evidence.figures())
        .singleElement()
        .isEqualTo(
            new Scatter(
                    "predicted",
                    "Predicted and true values",
                    new Axis("true value", "DM"),
                    new Axis("predicted value", "DM"),
                    List.of(
                        new Scatter.Point(10, 11),
                        new Scatter.Point(20, 18),
                        new Scatter.Point(30, 30),
                        new Scatter.Point(40, 44),
                        new Scatter.Point(50, 42),
                        new Scatter.Point(60, 60)))
                .withIdentity());
  }

  @Test
  void errorsAreMeasuredOverallAndPerGroup() {
    assertThat(value(MeanAbsoluteError.cappedAt(100), "overall").value())
        .isCloseTo(15 / 6.0, within(1e-12));
    assertThat(value(MeanAbsoluteError.cappedAt(100), "sex=m").value()).isCloseTo(4, within(1e-12));
    assertThat(value(MeanAbsoluteError.cappedAt(5), "sex=m").value()).isCloseTo(3, within(1e-12));
    assertThat(value(RootMeanSquaredError.cappedAt(100), "overall").value())
        .isCloseTo(Math.sqrt(85 / 6.0), within(1e-12));
    assertThat(value(ErrorNorm.withNorm(3).cappedAt(100), "overall").value())
        .isCloseTo(Math.cbrt((1 + 8 + 64 + 512) / 6.0), within(1e-12));
    assertThat(value(MeanError.cappedAt(100), "overall").value())
        .isCloseTo(-5 / 6.0, within(1e-12));
    assertThat(value(ErrorQuantile.of(0.5), "overall").value()).isEqualTo(1);
    assertThat(value(LargeErrorRate.beyond(4), "overall")).hasToString("2/6");
  }

  @Test
  void limitsAreThoseOfTheOutcomes() {
    assertThat(value(MeanAbsoluteError.cappedAt(100), "overall").interval(0.95))
        .isEqualTo(BoundedMean.of(new double[] {1, 2, 0, 4, 8, 0}, 0, 100).interval(0.95));
    Interval ofSquares =
        BoundedMean.of(new double[] {1, 4, 0, 16, 64, 0}, 0, 10_000).interval(0.95);
    Interval ofRoot = value(RootMeanSquaredError.cappedAt(100), "overall").interval(0.95);
    assertThat(ofRoot.upper()).isCloseTo(Math.sqrt(ofSquares.upper()), within(1e-9));
    assertThat(value(LargeErrorRate.beyond(4), "overall").interval(0.95))
        .isEqualTo(Proportion.of(2, 6).interval(0.95));
    assertThat(value(ErrorQuantile.of(0.9), "overall").interval(0.95).upper()).isInfinite();
  }

  @Test
  void evidenceNamesTheWorstAndWhatAGuessWouldDo() {
    Evidence evidence =
        MetricValue.of(MeanAbsoluteError.cappedAt(100)).evaluate(reading("one", 0), six(), context);

    assertThat(evidence.worst().get(0).subject()).isEqualTo("e");
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("value", "50")
        .containsEntry("predicted", "42")
        .containsEntry("off by", "8");
    assertThat(evidence.notes()).contains("predicted 11 to 60 DM, and true 10 to 60 DM");
    // The median is 40: off by 30, 20, 10, 0, 10, 20.
    assertThat(evidence.measurements().get(0).guess().orElseThrow().value())
        .isCloseTo(15, within(1e-12));
    assertThat(evidence.measurements().get(0).guess().orElseThrow().answer())
        .isEqualTo("always answering 40 DM");
  }

  @Test
  void groupsAreComparedInTheirBias() {
    Evidence evidence =
        BetweenGroups.differenceOf(MeanError.cappedAt(20))
            .evaluate(reading("one", 0), six().groupedBy("sex"), context);

    assertThat(evidence.measurements())
        .singleElement()
        .satisfies(
            m -> {
              assertThat(m.slice()).isEqualTo("sex=f − sex=m");
              assertThat(m.estimate().value()).isCloseTo(-1 / 3.0 + 4 / 3.0, within(1e-12));
            });
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> BetweenGroups.ratioOf(MeanError.cappedAt(20)))
        .withMessageContaining("can be negative");
  }

  @Test
  void aCandidateIsHeldAgainstTheApprovedModelExampleByExample() {
    Evidence evidence =
        Regression.in(MeanAbsoluteError.cappedAt(100))
            .evaluate(reading("candidate", 0), reading("approved", 1), six(), context);

    Estimate increase = evidence.measurements().get(0).estimate();
    assertThat(increase.value()).isCloseTo(15 / 6.0 - 2, within(1e-12));
    assertThat(increase.interval(0.95))
        .isEqualTo(BoundedMean.of(new double[] {-1, 0, -2, 2, 6, -2}, -100, 100).interval(0.95));
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("value", "50")
        .containsEntry("before", "52")
        .containsEntry("now", "42");
  }

  private void refused(Regressor model, Dataset data, String why) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> MetricValue.of(MeanAbsoluteError.cappedAt(9)).evaluate(model, data, context))
        .withMessageContaining(why);
  }

  private static Regressor answering(Function<Tensor, double[][]> function) {
    return Models.function("f", "1", function).emittingValues();
  }

  @Test
  void whatIsNoValueIsRefused() {
    refused(
        answering(batch -> new double[batch.rows()][2]), six(), "made 2 numbers for an example");
    refused(
        answering(
            batch -> {
              double[][] values = column(batch, 0);
              values[batch.rows() - 1][0] = Double.NaN;
              return values;
            }),
        six(),
        "NaN");
    refused(answering(batch -> new double[batch.rows() + 1][1]), six(), "made 7 rows of 6");
  }

  @Test
  void aModelThatAnswersOtherwiseAskedAgainIsRefused() {
    AtomicInteger calls = new AtomicInteger();
    refused(
        answering(
            batch -> {
              double[][] values = column(batch, 0);
              values[0][0] += calls.incrementAndGet();
              return values;
            }),
        six(),
        "f gives two answers to one question: example");
  }

  @Test
  void aConstantAnswerIsWarnedOf() {
    Evidence evidence =
        MetricValue.of(MeanAbsoluteError.cappedAt(100))
            .evaluate(
                answering(
                    batch -> {
                      double[][] values = new double[batch.rows()][1];
                      for (double[] value : values) {
                        value[0] = 7;
                      }
                      return values;
                    }),
                six(),
                context);
    assertThat(evidence.warnings()).extracting(Warning::kind).contains(Warning.ONE_VALUE);
  }

  @Test
  void dataOfTheOtherKindAreRefused() {
    Classifier classifier =
        Models.function("c", "1", batch -> new double[batch.rows()][2]).emittingLogits();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> MetricValue.of(ErrorRate.withDefaults()).evaluate(classifier, six(), context))
        .withMessageContaining("six has values to predict (DM) and no classes");
    Dataset classes =
        Dataset.named("classes")
            .features(FeatureStore.inMemory(new float[2], 1))
            .labels(0, 1)
            .build();
    refused(reading("one", 0), classes, "classes has classes, [0, 1], and no values to predict");
    refused(
        reading("one", 0), six().where(i -> i == 0, "first"), "holds examples of a single value");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Models.function("c", "1", batch -> new double[1][1])
                    .emitting(dev.touchstone.model.OutputKind.VALUES))
        .withMessageContaining("a classifier emits no VALUES");
  }

  @Test
  void aCapIsPartOfAnError() {
    assertThatIllegalArgumentException().isThrownBy(() -> MeanAbsoluteError.cappedAt(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RootMeanSquaredError.cappedAt(Double.POSITIVE_INFINITY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ErrorNorm.withNorm(Double.POSITIVE_INFINITY))
        .withMessageContaining("LargeErrorRate.beyond");
  }

  @Test
  void valuesComeFromATable() throws IOException {
    String file =
        Files.writeString(folder.resolve("a.csv"), "x,amount,sex\n1,2.5,f\n2,-1e3,m\n").toString();
    Dataset data = Datasets.csv(file).value("amount", "DM").groups("sex").load();

    assertThat(data.targets()).containsExactly(2.5, -1000);
    assertThat(data.unit()).isEqualTo("DM");
    assertThat(data.featureNames()).containsExactly("x");
    assertThat(data.first(1).targets()).containsExactly(2.5);
    Path schema = folder.resolve("s.json");
    Files.writeString(schema, "{\"value\": \"amount\", \"unit\": \"DM\", \"groups\": [\"sex\"]}");
    Dataset bySchema = Datasets.csv(file).schema(schema.toString()).load();
    assertThat(bySchema.sha256()).isEqualTo(data.sha256());
    // Another unit, or the same numbers as classes, are other data.
    assertThat(Datasets.csv(file).value("amount", "EUR").groups("sex").load().sha256())
        .isNotEqualTo(data.sha256());
  }

  @Test
  void whatIsNoNumberIsRefusedWithItsRow() throws IOException {
    String file = Files.writeString(folder.resolve("b.csv"), "x,amount\n1,2\n2,much\n").toString();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv(file).value("amount", "").load())
        .withMessageContaining(
            "row 2 (line 3), column \"amount\": \"much\" is not a finite number");
    // Java would read them as numbers.
    for (String literal : List.of("1F", "1f", "2d", "2D", "0x1p3", "NaN", "Infinity")) {
      Files.writeString(folder.resolve("b.csv"), "x,amount\n1,2\n2," + literal + "\n");
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> Datasets.csv(file).value("amount", "").load())
          .withMessageContaining("\"" + literal + "\" is not a finite number");
    }
    Path both = folder.resolve("both.json");
    Files.writeString(both, "{\"value\": \"amount\", \"label\": \"x\"}");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv(file).schema(both.toString()))
        .withMessageContaining("it names both a \"label\", of classes, and a \"value\"");
  }

  /** One below and one above the value that is read, so that errors of 1 and 0 are covered. */
  private static Regressor withIntervals(double below, double above) {
    return Models.function(
            "intervals",
            "1",
            batch -> {
              double[][] rows = new double[batch.rows()][];
              for (int i = 0; i < rows.length; i++) {
                double value = batch.row(i)[0];
                rows[i] = new double[] {value - below, value, value + above};
              }
              return rows;
            })
        .emittingIntervals();
  }

  @Test
  void coverageCountsTheValuesInsideEndsIncluded() {
    Evidence evidence =
        MetricValue.of(IntervalCoverage.withDefaults())
            .evaluate(withIntervals(1, 1), six(), context);

    // Off by 1, -2, 0, 4, -8, 0.
    assertThat(evidence.measurements().get(0).estimate()).hasToString("3/6");
    assertThat(evidence.worst().get(0).subject()).isEqualTo("e");
    assertThat(evidence.worst().get(0).facts()).containsEntry("outside by", "7");
    assertThat(evidence.measurements().get(0).guess()).isEmpty();
    assertThat(evidence.provenance().subject().texts())
        .containsEntry("intervals", "lower end, value, upper end");
  }

  @Test
  void intervalsThatAreNoneAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                MetricValue.of(IntervalCoverage.withDefaults())
                    .evaluate(reading("one", 0), six(), context))
        .withMessageContaining("Models.onnx(…).emittingIntervals()");
    refused(withIntervals(-1, -1), six(), "made an interval from 12.0 to 10.0 for row 0");
    refused(
        Models.function("three", "1", batch -> new double[batch.rows()][3]).emittingValues(),
        six(),
        "or .emittingIntervals()");
  }

  /** One linear output and no classes: its value, and no probability that a sigmoid would make. */
  @Test
  void oneRealOutputIsAValue() throws IOException {
    Path file = folder.resolve("one-real-output.onnx");
    float[] weights = {
      -0.115224175f, 0.28486142f, -0.16298969f, 0.5868891f, 0.066406f, -0.1273341f
    };
    Files.write(
        file,
        new OnnxBuilder()
            .input("x", 0, 6)
            .weights("w1", weights, 6, 1)
            .weights("b1", new float[] {0.85080796f}, 1)
            .node("MatMul", List.of("x", "w1"), "product")
            .node("Add", List.of("product", "b1"), "y")
            .output("y", 0, 1)
            .bytes());
    Regressor model = Models.onnx(file.toString()).emittingValues();

    Tensor batch = Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 10, 0, 0}, 2, 6);
    assertThat(model.predict(batch).values())
        .containsExactly(new double[] {1.38341622, 6.71969896}, within(1e-6));
    Models.release(model);
  }
}

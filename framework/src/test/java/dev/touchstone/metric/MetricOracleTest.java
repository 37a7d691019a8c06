package dev.touchstone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.EstimateProperties;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Undetermined;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics beside scikit-learn's, and their limits beside SciPy's ({@code metrics_oracle.py}). */
class MetricOracleTest {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());

  static List<JsonObject> cases() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(MetricOracleTest.class.getResourceAsStream("metrics.json")),
            StandardCharsets.UTF_8)) {
      return StreamSupport.stream(
              JsonParser.parseReader(reader).getAsJsonArray().spliterator(), false)
          .map(JsonElement::getAsJsonObject)
          .toList();
    }
  }

  private static Outcomes outcomes(
      ClassificationMetric metric, double[][] probabilities, int[] labels) {
    Dataset data =
        Dataset.named("made")
            .features(FeatureStore.inMemory(new float[labels.length], 1))
            .labels(labels)
            .build();
    metric.check(data);
    return Outcomes.of(metric, Predictions.of(probabilities), "model", data, CONTEXT);
  }

  private static Estimate value(ClassificationMetric metric, JsonObject of) {
    return metric
        .value(
            outcomes(
                metric,
                new Gson().fromJson(of.get("probabilities"), double[][].class),
                new Gson().fromJson(of.get("labels"), int[].class)))
        .orElseThrow();
  }

  private static void holds(ClassificationMetric metric, JsonObject of, String name) {
    Estimate value = value(metric, of);
    assertThat(value.value()).as(name).isCloseTo(of.get(name).getAsDouble(), within(1e-12));
    assertThat(metric.range().contains(value.value())).isTrue();
    if (of.has(name + "Limits")) {
      Interval interval = value.interval(0.95);
      assertThat(interval.lower())
          .isCloseTo(of.getAsJsonArray(name + "Limits").get(0).getAsDouble(), within(1e-9));
      assertThat(interval.upper())
          .isCloseTo(of.getAsJsonArray(name + "Limits").get(1).getAsDouble(), within(1e-9));
    }
    EstimateProperties.assertIntervalsAndPValuesAgree(value, 0.1, 0.3, 0.5, 0.7, 0.9);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreScikitLearns(JsonObject of) {
    holds(Accuracy.withDefaults(), of, "accuracy");
    holds(Precision.ofClass(1), of, "precision");
    holds(Recall.ofClass(1), of, "recall");
    holds(F1Score.ofClass(1), of, "f1");
    holds(AveragePrecision.ofClass(1), of, "averagePrecision");
    holds(SelectionRate.ofClass(1), of, "selectionRate");
    holds(BrierScore.ofClass(1), of, "brierOfClass");
    holds(BrierScore.withDefaults(), of, "brier");
    holds(LogLoss.clippedAt(1e-6), of, "logLoss");
    holds(LogLoss.clippedAt(0.3), of, "clipped");
    holds(MeanDistance.withNorm(3), of, "meanDistance3");
  }

  /** The norm of the set by the definition of a model bug, divided by m^(1/p). */
  @ParameterizedTest
  @MethodSource("cases")
  void aMeanDistanceIsTheNormOfTheSet(JsonObject of) {
    double[][] probabilities = new Gson().fromJson(of.get("probabilities"), double[][].class);
    int[] labels = new Gson().fromJson(of.get("labels"), int[].class);
    int[] all = java.util.stream.IntStream.range(0, labels.length).toArray();
    double norm =
        ModelBug.withNorm(2).tolerance(1).distance(Predictions.of(probabilities), labels, all);

    assertThat(value(MeanDistance.withNorm(2), of).value())
        .isCloseTo(norm / Math.sqrt(labels.length), within(1e-12));
  }

  @Test
  void ofAClassThatIsNeverPredictedThereIsNoPrecision() {
    double[][] never = {{0.9, 0.1}, {0.8, 0.2}, {0.7, 0.3}};
    Estimate precision =
        Precision.ofClass(1)
            .value(outcomes(Precision.ofClass(1), never, new int[] {0, 1, 1}))
            .orElseThrow();

    assertThat(Undetermined.is(precision)).isTrue();
    assertThat(precision.method()).contains("no example is predicted as class 1");
    // F1 is 0 then: two examples of the class were missed.
    assertThat(
            F1Score.ofClass(1)
                .value(outcomes(F1Score.ofClass(1), never, new int[] {0, 1, 1}))
                .orElseThrow()
                .value())
        .isZero();
  }

  @Test
  void twoModelsAreComparedInPrecisionByTheirLimits() {
    ClassificationMetric metric = Precision.ofClass(1);
    int[] labels = {1, 1, 0, 0};
    double[][] before = {{0.1, 0.9}, {0.2, 0.8}, {0.7, 0.3}, {0.9, 0.1}};
    double[][] now = {{0.1, 0.9}, {0.2, 0.8}, {0.3, 0.7}, {0.9, 0.1}};
    Estimate loss =
        metric.regression(outcomes(metric, now, labels), outcomes(metric, before, labels));

    assertThat(loss).isInstanceOf(LimitDifference.class);
    assertThat(loss.value()).isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void ofNoExamplesNothingIsMeasured() {
    Outcomes none =
        outcomes(Precision.ofClass(1), new double[][] {{0.9, 0.1}, {0.8, 0.2}}, new int[] {0, 1})
            .where(i -> false);

    assertThat(Undetermined.is(none.rate(i -> true))).isTrue();
    assertThat(Undetermined.is(none.mean(0, 1))).isTrue();
  }

  @Test
  void aLossHasAFloorAndADistanceAFiniteNorm() {
    assertThatIllegalArgumentException().isThrownBy(() -> LogLoss.clippedAt(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MeanDistance.withNorm(Double.POSITIVE_INFINITY))
        .withMessageContaining("assertModelBugRateWithin");
  }

  @Test
  void whatIsPossibleIsWhatAPredictionCanHave() {
    ClassificationMetric precision = Precision.ofClass(1);
    assertThat(precision.isPossible(new double[] {1, 1}, 1)).isTrue();
    assertThat(precision.isPossible(new double[] {1, 1}, 0)).isFalse();
    assertThat(precision.isPossible(new double[] {1, 0}, 1)).isFalse();
    assertThat(BrierScore.ofClass(1).isPossible(new double[] {1.5}, 1)).isFalse();
    assertThat(BrierScore.withDefaults().isPossible(new double[] {1.5}, 1)).isTrue();
  }
}

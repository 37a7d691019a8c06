package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.check.comparison.Agreement;
import dev.touchstone.check.comparison.BetweenGroups;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.MeanError;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No claim about a model takes training weights for something that it weighs by. */
class TrainingWeightsTest {
  private static final int N = 40;
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private static final Classifier MODEL = model("model");
  private static final Classifier OTHER = model("other");

  private static final Dataset DATA =
      Dataset.named("data")
          .features(FeatureStore.inMemory(alternating(), 1))
          .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
          .column("sex", IntStream.range(0, N).mapToObj(i -> i < 20 ? "f" : "m").toList())
          .trainingWeights(IntStream.range(0, N).mapToDouble(i -> i).toArray())
          .build()
          .groupedBy("sex");

  private static float[] alternating() {
    float[] features = new float[N];
    for (int i = 0; i < N; i++) {
      features[i] = 0.25f + i % 2 / 2f;
    }
    return features;
  }

  private static Classifier model(String name) {
    return Models.function(
            name,
            name,
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {batch.row(i)[0], 1 - batch.row(i)[0]})
                    .toArray(double[][]::new))
        .emittingProbabilities();
  }

  private interface Check {
    Object evaluate(Dataset data);
  }

  static List<Check> claimsAboutModels() {
    return List.of(
        data -> MetricValue.of(ErrorRate.withDefaults()).evaluate(MODEL, data, CONTEXT),
        data -> MetricValue.of(Calibration.withDefaults()).evaluate(MODEL, data, CONTEXT),
        data -> BetweenGroups.differenceOf(ErrorRate.withDefaults()).evaluate(MODEL, data, CONTEXT),
        data -> Regression.in(ErrorRate.withDefaults()).evaluate(MODEL, OTHER, data, CONTEXT),
        data -> Agreement.with(OTHER).evaluate(MODEL, data, CONTEXT),
        data -> SharedPredictions.of(MODEL, data, CONTEXT),
        data -> Trace.start(CONTEXT).end(MODEL, data));
  }

  @ParameterizedTest
  @MethodSource("claimsAboutModels")
  void aClaimAboutAModelRefusesThem(Check check) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> check.evaluate(DATA))
        .withMessage(
            "data carries training weights, and in a claim about a model every example counts once;"
                + " claim it of data.withoutTrainingWeights()");
    assertThat(check.evaluate(DATA.withoutTrainingWeights())).isNotNull();
  }

  @Test
  void soDoesOneAboutARegressor() {
    Regressor regressor =
        Models.function(
                "mean",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {1})
                        .toArray(double[][]::new))
            .emittingValues();
    double[] values = new double[N];
    Arrays.setAll(values, i -> i / 10.0);
    Dataset costs =
        Dataset.named("costs")
            .features(FeatureStore.inMemory(new float[N], 1))
            .values(values, "DM")
            .build();
    MetricValue<Regressor> mean = MetricValue.of(MeanError.cappedAt(10));
    double[] weights = new double[N];
    weights[0] = 1;
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> mean.evaluate(regressor, costs.withTrainingWeights(weights, "first"), CONTEXT))
        .withMessageStartingWith("costs carries training weights");
    assertThat(mean.evaluate(regressor, costs, CONTEXT)).isNotNull();
  }
}

package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.Recall;
import dev.touchstone.metric.SelectionRate;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.ModelSource;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are declared to decide elsewhere than at one half. */
class ThresholdTest {
  private static final long MEMORY = 64 << 20;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  // At one half a, b and d are wrong; from a quarter on b, c and d are found, and a and f wrong.
  private static final Dataset SIX =
      Dataset.named("six")
          .features(FeatureStore.inMemory(new float[] {0.9f, 0.4f, 0.8f, 0.25f, 0.1f, 0.3f}, 1))
          .labels(new int[] {0, 1, 1, 1, 0, 0})
          .classNames(List.of("no", "yes"))
          .build();

  private static ModelSource asGiven() {
    return Models.function(
        "as given",
        "1",
        batch ->
            IntStream.range(0, batch.rows())
                .mapToObj(i -> new double[] {1 - batch.row(i)[0], batch.row(i)[0]})
                .toArray(double[][]::new));
  }

  private final Classifier fromAQuarter = asGiven().decidingAt(0.25).emittingProbabilities();

  private String overall(ClassificationMetric metric, Classifier model) {
    Evidence evidence = MetricValue.of(metric).evaluate(model, SIX, context);
    return evidence.measurements().get(0).estimate().toString();
  }

  @Test
  void ratesOfPredictedClassesFollowTheThreshold() {
    Classifier atOneHalf = asGiven().emittingProbabilities();

    assertThat(overall(ErrorRate.withDefaults(), atOneHalf)).isEqualTo("3/6");
    assertThat(overall(ErrorRate.withDefaults(), fromAQuarter)).isEqualTo("2/6");
    assertThat(overall(SelectionRate.ofClass(1), fromAQuarter)).isEqualTo("5/6");
    assertThat(overall(Recall.ofClass(1), fromAQuarter)).isEqualTo("3/3");
  }

  @Test
  void claimsAboutProbabilitiesDoNotChange() {
    assertThat(overall(BrierScore.withDefaults(), fromAQuarter))
        .isEqualTo(overall(BrierScore.withDefaults(), asGiven().emittingProbabilities()));
  }

  @Test
  void aProbabilityThatEqualsTheThresholdIsClassOne() {
    Predictions said = CheckedAnswers.of(fromAQuarter, SIX, MEMORY);

    assertThat(IntStream.range(0, 6).map(said::predicted)).containsExactly(1, 1, 1, 1, 0, 1);
    assertThat(said.margin(1)).isEqualTo(2 * (0.4f - 0.25));
  }

  @Test
  void provenanceSaysItAndTheModelIsAnother() {
    assertThat(fromAQuarter.facts().texts()).containsEntry("class 1 from probability", "0.25");
    assertThat(fromAQuarter.facts().isSameModelAs(asGiven().emittingProbabilities().facts()))
        .isFalse();
  }

  /** Whoever serves the model at a threshold of their own does not read the file's label. */
  @Test
  void itTakesThePlaceOfTheFilesOwnLabel() {
    float[] rows = new float[40 * 4];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) Math.sin(i * 0.7);
    }
    ModelSource file = Models.onnx("classpath:sklearn/binary.onnx");
    Predictions byLabel = file.emittingProbabilities().predict(Tensor.of(rows, 40, 4));
    double[] sorted =
        IntStream.range(0, 40).mapToDouble(i -> byLabel.probability(i, 1)).sorted().toArray();
    double tenth = (sorted[29] + sorted[30]) / 2;

    Predictions said =
        file.decidingAt(tenth).emittingProbabilities().predict(Tensor.of(rows, 40, 4));

    assertThat(byLabel.namesClasses()).isTrue();
    assertThat(said.counts()).containsExactly(30, 10);
    assertThat(byLabel.counts()).isNotEqualTo(said.counts());
  }

  @Test
  void itSurvivesAnotherFileAndNormalising() {
    Classifier declared =
        Models.onnx("classpath:sklearn/binary.onnx")
            .decidingAt(0.125)
            .normalising(new double[] {0}, new double[] {2})
            .emittingProbabilities();

    Classifier other = Models.withFile(declared, "classpath:sklearn/binary.onnx");

    assertThat(other.facts().texts()).containsEntry("class 1 from probability", "0.125");
    assertThat(other.predict(Tensor.of(new float[8], 2, 4)).threshold()).hasValue(0.125);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.2, 20, Double.NaN})
  void anotherNumberIsRefused(double probability) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> asGiven().decidingAt(probability))
        .withMessage(
            "decidingAt(%s): give the probability from which on class 1 is predicted, above 0 and below 1"
                .formatted(probability));
  }

  @Test
  void modelsOfMoreClassesAndRegressorsAreRefused() {
    ModelSource three =
        Models.function(
                "three",
                "1",
                batch -> {
                  double[][] rows = new double[batch.rows()][];
                  Arrays.fill(rows, new double[] {0.2, 0.3, 0.5});
                  return rows;
                })
            .decidingAt(0.2);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> three.emittingProbabilities().predict(Tensor.of(new float[2], 2, 1)))
        .withMessageContaining("a model of 3 classes is not decided at a probability of class 1");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(three::emittingValues)
        .withMessageContaining("decidingAt(0.2) is for classifiers");
  }
}

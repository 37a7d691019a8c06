package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedPredictionsTest {
  private static final Dataset DATA = data("forty", 40);

  /** All at first, all in another order, and 16 of them alone. */
  private static final int ASKED = 40 + 40 + 16;

  private final AtomicInteger predicted = new AtomicInteger();
  private RunContext context = remembering(64L << 20);

  private static RunContext remembering(long memory) {
    Settings settings = new Settings("cpu", 1, Policy.STRICT, memory, Path.of("target"));
    return RunContext.of(settings, RunSession.isolated());
  }

  private static Dataset data(String name, int n) {
    float[] features = new float[n];
    for (int i = 0; i < n; i++) {
      features[i] = (i + 0.5f) / n;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, 1))
        .labels(IntStream.range(0, n).map(i -> i % 3 == 0 ? 1 : 0).toArray())
        .column("sex", IntStream.range(0, n).mapToObj(i -> i % 2 == 0 ? "f" : "m").toList())
        .build();
  }

  @BeforeEach
  void nothingIsPredictedYet() {
    predicted.set(0);
  }

  /** Counts the examples that it is asked about. */
  private Classifier model(String version) {
    return Models.function("counting", version, this::predict).emittingProbabilities();
  }

  private double[][] predict(Tensor batch) {
    predicted.addAndGet(batch.rows());
    return IntStream.range(0, batch.rows())
        .mapToDouble(i -> batch.row(i)[0])
        .mapToObj(p -> new double[] {1 - p, p})
        .toArray(double[][]::new);
  }

  private Evidence errorRate(Classifier model, Dataset data) {
    return MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, context);
  }

  @Test
  void severalChecksOverOneModelAndDataPredictOnce() {
    Classifier model = model("1");
    errorRate(model, DATA);
    errorRate(model, DATA.groupedBy("sex"));
    MetricValue.of(ErrorRate.of(ModelBug.withNorm(2).tolerance(0.5)))
        .evaluate(model, DATA, context);
    MetricValue.of(Calibration.withDefaults()).evaluate(model, DATA, context);
    MetricValue.of(Calibration.withDefaults().withBins(5))
        .evaluate(model, DATA.groupedBy("sex"), context);
    assertThat(predicted).hasValue(ASKED);
  }

  @Test
  void theSameModelLoadedAgainIsNotAskedAgain() {
    errorRate(model("1"), DATA);
    MetricValue.of(Calibration.withDefaults()).evaluate(model("1"), DATA, context);
    assertThat(predicted).hasValue(ASKED);
  }

  @Test
  void anotherModelIsAsked() {
    errorRate(model("1"), DATA);
    errorRate(model("2"), DATA);
    assertThat(predicted).hasValue(2 * ASKED);
  }

  @Test
  void theSameWeightsUnderAnotherPreparationAreAsked() {
    errorRate(model("1"), DATA);
    errorRate(
        Models.function("counting", "1", this::predict)
            .normalising(new double[] {0}, new double[] {2})
            .emittingProbabilities(),
        DATA);
    assertThat(predicted).hasValue(2 * ASKED);
  }

  @Test
  void otherDataAreAskedAbout() {
    errorRate(model("1"), DATA);
    errorRate(model("1"), data("thirty", 30));
    assertThat(predicted).hasValue(ASKED + 30 + 30 + 16);
  }

  @Test
  void anotherSessionRemembersNothing() {
    errorRate(model("1"), DATA);
    context = remembering(64L << 20);
    errorRate(model("1"), DATA);
    assertThat(predicted).hasValue(2 * ASKED);
  }

  /** 40 examples of 2 classes take 40 · (24 + 16) bytes, of an eighth of the memory. */
  @Test
  void whatIsKeptStaysInsideAShareOfTheMemory() {
    context = remembering(8 * 1600);
    errorRate(model("1"), DATA);
    MetricValue.of(Calibration.withDefaults()).evaluate(model("1"), DATA, context);
    assertThat(predicted).as("they fit").hasValue(ASKED);

    context = remembering(8 * 1600 - 8);
    errorRate(model("1"), DATA);
    MetricValue.of(Calibration.withDefaults()).evaluate(model("1"), DATA, context);
    assertThat(predicted).as("they do not fit").hasValue(3 * ASKED);
  }

  @Test
  void sharingDoesNotShowInAFingerprint() {
    Verdict alone = calibration();
    context = remembering(64L << 20);
    errorRate(model("1"), DATA);
    Verdict afterwards = calibration();
    assertThat(predicted).hasValue(2 * ASKED);
    assertThat(afterwards.fingerprint()).isEqualTo(alone.fingerprint());
  }

  private Verdict calibration() {
    return Claim.of("calibrated", Bound.upper(0.5))
        .judge(
            MetricValue.of(Calibration.withDefaults()).evaluate(model("1"), DATA, context),
            Policy.STRICT);
  }
}

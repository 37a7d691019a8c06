package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.metric.ErrorNorm;
import dev.touchstone.metric.ErrorQuantile;
import dev.touchstone.metric.IntervalCoverage;
import dev.touchstone.metric.LargeErrorRate;
import dev.touchstone.metric.MeanAbsoluteError;
import dev.touchstone.metric.MeanError;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.metric.RootMeanSquaredError;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.RateDifference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineOfRegressorTest {
  private static final int N = 40;

  /**
   * Off by one at every fourth example, by up to three; the candidate by one more at every tenth.
   */
  private static final Regressor APPROVED = offBy("1", i -> i % 4);

  private static final Regressor CANDIDATE = offBy("2", i -> i % 4 + (i % 10 == 0 ? 1 : 0));

  private static final RegressionMetric ERROR = MeanAbsoluteError.cappedAt(5);

  @TempDir Path folder;

  private interface Error {
    double of(int example);
  }

  private static Regressor offBy(String version, Error error) {
    return Models.function("model", version, batch -> values(batch, error)).emittingIntervals();
  }

  private static double[][] values(Tensor batch, Error error) {
    return IntStream.range(0, batch.rows())
        .mapToDouble(i -> batch.row(i)[0])
        .mapToObj(x -> x + error.of((int) x))
        .map(value -> new double[] {value - 2, value, value + 2})
        .toArray(double[][]::new);
  }

  private static Dataset data() {
    float[] x = new float[N];
    double[] values = new double[N];
    for (int i = 0; i < N; i++) {
      x[i] = i;
      values[i] = i;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(x, 1))
        .values(values, "DM")
        .ids(IntStream.range(0, N).mapToObj(i -> "n" + i).toList())
        .column("half", IntStream.range(0, N).mapToObj(i -> i < N / 2 ? "1" : "2").toList())
        .build();
  }

  private Path file() {
    return folder.resolve("baseline.json");
  }

  private RunContext context(boolean update) {
    return RunContext.of(
        new Settings(
            "cpu", 42, Policy.STRICT, 512L << 20, folder, file(), update, false, Optional.empty()),
        RunSession.isolated());
  }

  private void approve(BaselineRegression<Regressor> regression) {
    regression.evaluate(APPROVED, data(), Optional.of("id"), context(true));
  }

  private Evidence compare(BaselineRegression<Regressor> regression) {
    return regression.evaluate(
        CANDIDATE, data().groupedBy("half"), Optional.of("id"), context(false));
  }

  private static Measurement overall(Evidence evidence) {
    return evidence.measurements().stream()
        .filter(m -> m.slice().equals("overall"))
        .findFirst()
        .orElseThrow();
  }

  private BaselineRegression<Regressor> approvedByGroup(BaselineRegression<Regressor> regression) {
    regression.evaluate(APPROVED, data().groupedBy("half"), Optional.of("id"), context(true));
    return regression;
  }

  @Test
  void fromValuesTheTwoAreIndependent() {
    Evidence evidence = compare(approvedByGroup(BaselineRegression.in(ERROR)));

    assertThat(overall(evidence).estimate().value()).isCloseTo(4.0 / N, within(1e-12));
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("unpaired: "));
    assertThat(evidence.measurements()).hasSize(3);
    Evidence rate = compare(approvedByGroup(BaselineRegression.in(LargeErrorRate.beyond(3))));
    // Off by three: 10 of 40 before; 0, 20 are off by 1, 10 and 30 by 3 now, too.
    assertThat(overall(rate).estimate())
        .isInstanceOf(RateDifference.class)
        .hasToString("12/40 − 10/40");
  }

  @Test
  void fromOutcomesItIsThePairedComparison() {
    Evidence kept = compare(approvedByGroup(BaselineRegression.in(ERROR).keepingOutcomes()));
    Evidence both = Regression.in(ERROR).evaluate(CANDIDATE, APPROVED, data(), context(false));

    assertThat(overall(kept).estimate()).isInstanceOf(BoundedMean.class);
    assertThat(overall(kept).estimate().interval(0.95))
        .isEqualTo(overall(both).estimate().interval(0.95));
    assertThat(kept.worst().get(0).facts())
        .containsEntry("value", kept.worst().get(0).subject().substring(1))
        .containsEntry("worse by", "1");
  }

  @Test
  void outcomesThatNoErrorHasAreRefused() throws IOException {
    approve(BaselineRegression.in(ERROR).keepingOutcomes());
    String good = Files.readString(file());
    assertThat(good).contains("\"n1\":[1.0]");

    Files.writeString(file(), good.replace("\"n1\":[1.0]", "\"n1\":[5.5]"));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                BaselineRegression.in(ERROR)
                    .keepingOutcomes()
                    .evaluate(CANDIDATE, data(), Optional.of("id"), context(false)))
        .withMessageContaining("keeps outcomes that are not those of")
        .withMessageContaining("as of example \"n1\"");
  }

  @Test
  void everyMetricOfValuesTakesTheOutcomesThatItGave() {
    for (RegressionMetric metric :
        List.of(
            ERROR,
            RootMeanSquaredError.cappedAt(5),
            ErrorNorm.withNorm(3).cappedAt(5),
            MeanError.cappedAt(5),
            ErrorQuantile.of(0.5),
            LargeErrorRate.beyond(2),
            IntervalCoverage.withDefaults())) {
      BaselineRegression<Regressor> regression = BaselineRegression.in(metric).keepingOutcomes();
      approve(regression);
      Evidence evidence = regression.evaluate(CANDIDATE, data(), Optional.of("id"), context(false));
      assertThat(evidence.provenance().comparesWithItself()).isFalse();
      assertThat(metric.isPossible(new double[] {metric instanceof ErrorQuantile ? -1 : 200}, 3))
          .as("%s", metric)
          .isFalse();
      assertThat(metric.isPossible(new double[] {0, 0}, 3)).as("%s", metric).isFalse();
    }
  }
}

package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.metric.Calibration;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationAssertionTest {
  private static final int N = 400;

  /** Says that every example is of the second class with probability 0.75. */
  private static final Classifier MODEL =
      Models.function(
              "model",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {0.25, 0.75})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  /** Three of four examples are of the second class. */
  private static final Dataset DATA =
      Dataset.named("data")
          .features(FeatureStore.inMemory(new float[N], 1))
          .labels(IntStream.range(0, N).map(i -> i % 4 == 0 ? 0 : 1).toArray())
          .classNames(List.of("no", "yes"))
          .build();

  @Test
  void aModelThatIsAsOftenRightAsItSaysPasses() {
    assertThat(assertCalibrationWithin(MODEL, DATA, 0.1).outcome()).isEqualTo(Outcome.PASS);
  }

  @ParameterizedTest
  @ValueSource(doubles = {5, 1, -0.01})
  void aToleranceThatIsNoneIsRefusedBeforeAnythingRuns(double tolerance) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertCalibrationWithin(MODEL, DATA, tolerance))
        .withMessageStartingWith("a calibration error lies between 0 and 1, and the tolerance was ")
        .withMessageEndingWith("; write 0.05 for 5 %");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertThatModel(MODEL)
                    .on(DATA)
                    .isCalibratedWithin(tolerance, Calibration.withDefaults().ofClass(1)))
        .withMessageEndingWith("; write 0.05 for 5 %");
  }
}

package dev.touchstone.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Warning;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttainableTest {

  /** Of {@code ofA} women and as many men as are left. */
  private static Dataset people(int women, int men) {
    int n = women + men;
    return Dataset.named("people")
        .features(FeatureStore.inMemory(new float[n], 1))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .column("sex", IntStream.range(0, n).mapToObj(i -> i < women ? "f" : "m").toList())
        .build();
  }

  @Test
  void groupsOfTwentyCannotShowAnErrorRateWithinFivePerCent() {
    assertThat(Attainable.rate(Bound.atMost(0.05)).lack(people(20, 400).groupedBy("sex")))
        .hasValue(
            new Warning(
                Warning.CANNOT_PASS,
                "20 examples (sex=f) cannot show a value ≤ 0.05, whatever the model answers: that"
                    + " takes 72, of which none counts against the model; take more examples, take"
                    + " groups together with .withMerged(…), or allow more than 0.05"));
    assertThat(Attainable.rate(Bound.atMost(0.05)).lack(people(72, 72).groupedBy("sex"))).isEmpty();
  }

  /** 0.95⁷² = .0249 and 0.95⁷¹ = .0262; .9³⁶ = .0225 and .9³⁵ = .0250; .99³⁶⁸ = .0248. */
  @ParameterizedTest
  @CsvSource({"0.05, 72", "0.1, 36", "0.01, 368", "0.5, 6"})
  void theFewestExamplesAreThoseOfTheExactTest(double tolerance, int fewest) {
    assertThat(Attainable.rate(Bound.atMost(tolerance)).fewest()).hasValue(fewest);
    assertThat(Attainable.rate(Bound.atLeast(1 - tolerance)).fewest()).hasValue(fewest);
    assertThat(SampleSize.forErrorRateWithin(tolerance).fewest()).isEqualTo(fewest);
    assertThat(Proportion.of(0, fewest).interval(0.95).upper()).isLessThanOrEqualTo(tolerance);
    assertThat(Proportion.of(0, fewest - 1).interval(0.95).upper()).isGreaterThan(tolerance);
  }

  @Test
  void whatNoNumberOfExamplesShowsIsNotToldOne() {
    assertThat(Attainable.rate(Bound.atMost(0)).lack(people(20, 20))).isEmpty();
    assertThat(Attainable.rate(Bound.atLeast(1)).lack(people(20, 20))).isEmpty();
    assertThat(Attainable.calibrationError(Bound.atMost(0)).lack(people(20, 20))).isEmpty();
  }

  @Test
  void clusteredExamplesAreNotCounted() {
    assertThat(Attainable.rate(Bound.atMost(0.05)).lack(people(10, 10).clusteredBy("sex")))
        .isEmpty();
  }

  /** (z² + ½)/.05 = 86.8. */
  @Test
  void aCalibrationErrorTakesItsOwnNumber() {
    assertThat(Attainable.calibrationError(Bound.atMost(0.05)).lack(people(20, 20)))
        .get()
        .satisfies(
            warning ->
                assertThat(warning.text())
                    .startsWith("40 examples (overall) cannot show a value ≤ 0.05")
                    .contains("of answers that are all certain and right, 87"));
    for (int n : new int[] {86, 87}) {
      double[] certain = new double[n];
      boolean[] right = new boolean[n];
      Arrays.fill(certain, 1);
      Arrays.fill(right, true);
      assertThat(CalibrationError.isWithin(0.05, new Confidences(certain, right), 10, 0.95))
          .isEqualTo(n == 87);
    }
  }

  @Test
  void noOutcomesLimitLiesBelowTheLeast() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 60; i++) {
      int n = random.nextInt(1, 80);
      double[] said = random.doubles(n).map(u -> Math.rint(u * 10) / 10).toArray();
      boolean[] right = new boolean[n];
      for (int k = 0; k < n; k++) {
        right[k] = random.nextDouble() < said[k];
      }
      assertThat(CalibrationError.of(new Confidences(said, right), 10).interval(0.95).upper())
          .isGreaterThanOrEqualTo(Math.min(1, CalibrationError.leastUpperLimit(n, 0.95)));
    }
  }
}

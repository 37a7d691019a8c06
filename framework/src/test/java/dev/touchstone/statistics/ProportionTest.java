package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProportionTest {

  static Stream<JsonObject> cases() {
    return Oracle.cases("proportions").stream();
  }

  private static Proportion proportion(JsonObject of) {
    return Proportion.of(of.get("successes").getAsInt(), of.get("trials").getAsInt());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theIntervalIsThatOfStatsmodels(JsonObject oracle) {
    Interval interval = proportion(oracle).interval(oracle.get("level").getAsDouble());

    assertThat(interval.lower()).isCloseTo(oracle.get("lower").getAsDouble(), within(1e-9));
    assertThat(interval.upper()).isCloseTo(oracle.get("upper").getAsDouble(), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thePValuesAreThoseOfSciPysBinomialTest(JsonObject oracle) {
    for (JsonObject test : Oracle.objects(oracle.getAsJsonArray("tests"))) {
      double bound = test.get("bound").getAsDouble();
      assertThat(proportion(oracle).pValueAbove(bound))
          .isCloseTo(test.get("above").getAsDouble(), within(1e-9));
      assertThat(proportion(oracle).pValueBelow(bound))
          .isCloseTo(test.get("below").getAsDouble(), within(1e-9));
    }
  }

  @Test
  void pValuesAgreeWithTheIntervalForAnyCount() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      int trials = random.nextInt(1, 400);
      Proportion proportion = Proportion.of(random.nextInt(trials + 1), trials);
      EstimateProperties.assertIntervalsAndPValuesAgree(
          proportion, 0, 0.01, random.nextDouble(), random.nextDouble(), 0.99, 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0.5", "10, 0.1", "30, 0.02", "100, 0.05", "100, 0.5", "300, 0.99"})
  void theIntervalCoversAtLeastItsLevelOfTheSamples(int trials, double rate) {
    BinomialDistribution samples = BinomialDistribution.of(trials, rate);

    double covered =
        IntStream.rangeClosed(0, trials)
            .filter(k -> Proportion.of(k, trials).interval(0.95).contains(rate))
            .mapToDouble(samples::probability)
            .sum();

    assertThat(covered).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void oneExampleLeavesNearlyEverythingOpen() {
    Interval none = Proportion.of(0, 1).interval(0.95);
    assertThat(none.lower()).isZero();
    assertThat(none.upper()).isCloseTo(0.975, within(1e-12));
    Interval all = Proportion.of(1, 1).interval(0.95);
    assertThat(all.lower()).isCloseTo(0.025, within(1e-12));
    assertThat(all.upper()).isEqualTo(1);
  }

  @Test
  void noErrorInNExamplesLeavesTheRuleOfThree() {
    // 1 - upper is the n-th root of 2.5 %.
    assertThat(Proportion.of(0, 59).interval(0.95).upper())
        .isCloseTo(1 - Math.pow(0.025, 1.0 / 59), within(1e-12));
  }

  @Test
  void boundsAtTheEndsOfTheScaleAreDecidedByLogic() {
    assertThat(Proportion.of(10, 10).pValueAbove(1)).isEqualTo(1);
    assertThat(Proportion.of(1, 10).pValueAbove(0)).isZero();
    assertThat(Proportion.of(0, 10).pValueAbove(0)).isEqualTo(1);
    assertThat(Proportion.of(0, 10).pValueBelow(0)).isEqualTo(1);
    assertThat(Proportion.of(9, 10).pValueBelow(1)).isZero();
    assertThat(Proportion.of(10, 10).pValueBelow(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 5", "6, 5"})
  void countsThatAreNoneAreRefused(int successes, int trials) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Proportion.of(successes, trials))
        .withMessage(
            "a proportion needs 0 <= successes <= trials and trials > 0, was %d of %d",
            successes, trials);
  }
}

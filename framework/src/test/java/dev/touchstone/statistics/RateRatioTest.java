package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RateRatioTest {

  static List<JsonObject> cases() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(RateRatioTest.class.getResourceAsStream("rate-ratio.json")),
            StandardCharsets.UTF_8)) {
      return Oracle.objects(JsonParser.parseReader(reader).getAsJsonArray());
    }
  }

  private static Estimate ratio(int x, int n, int y, int m) {
    return RateRatio.of(Proportion.of(x, n), Proportion.of(y, m));
  }

  /** {@code metrics_oracle.py}: the restricted likelihood is maximised there, and solved here. */
  @ParameterizedTest
  @MethodSource("cases")
  void limitsAndPValuesAreKoopmans(JsonObject of) {
    Estimate ratio =
        ratio(
            of.get("first").getAsInt(),
            of.get("of").getAsInt(),
            of.get("second").getAsInt(),
            of.get("among").getAsInt());
    Interval interval = ratio.interval(0.95);

    assertThat(ratio).isInstanceOf(RateRatio.class);
    assertThat(interval.lower()).isCloseTo(of.get("lower").getAsDouble(), within(1e-6));
    assertThat(interval.upper()).isCloseTo(of.get("upper").getAsDouble(), within(1e-6));
    assertThat(ratio.pValueAbove(0.8)).isCloseTo(of.get("above").getAsDouble(), within(1e-6));
    assertThat(ratio.pValueBelow(1.25)).isCloseTo(of.get("below").getAsDouble(), within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"400, 3000, 380, 3000", "150, 500, 220, 480", "3, 40, 9, 50", "0, 40, 9, 50"})
  void intervalsAndPValuesAgree(int x, int n, int y, int m) {
    assertIntervalsAndPValuesAgree(ratio(x, n, y, m), 0.3, 0.5, 0.8, 1, 1.25, 3);
  }

  /** Of few examples each limit is made of two exact ones at half the tail. */
  @Test
  void ofFewExamplesExactLimitsAreDivided() {
    Interval own = Proportion.of(3, 40).interval(0.975);
    Interval other = Proportion.of(9, 50).interval(0.975);
    Interval interval = ratio(3, 40, 9, 50).interval(0.95);

    assertThat(interval.lower()).isEqualTo(own.lower() / other.upper());
    assertThat(interval.upper()).isEqualTo(own.upper() / other.lower());
  }

  @Test
  void ofADivisorWithoutALowerLimitThereIsNoUpperOne() {
    Estimate ratio =
        LimitRatio.of(
            BoundedMean.of(new double[] {0.5, 0.4}, 0, 1),
            MeanEstimate.within(Range.SHARE, new double[] {0.9, 0.01}));

    assertThat(ratio.interval(0.95).upper()).isInfinite();
    assertThat(ratio.pValueBelow(1e6)).isGreaterThan(0.025);
  }

  @Test
  void nothingIsDividedByAMeasuredZero() {
    assertThat(Undetermined.is(ratio(3, 40, 0, 50))).isTrue();
    assertThat(ratio(3, 40, 0, 50).method()).contains("claim the difference");
  }

  @Test
  void whatCanBeNegativeHasNoRatio() {
    Estimate mean = BoundedMean.of(new double[] {0.5, 0.4}, -1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LimitRatio.of(mean, mean))
        .withMessageContaining("never negative");
  }

  /** 4,000 draws: a limit that fails in 2.5 % does so at most 129 times in 999 of 1,000 runs. */
  @ParameterizedTest
  @CsvSource({
    ".30, 500, .35, 500",
    ".12, 2000, .15, 1500",
    ".8, 800, .9, 1200",
    ".2, 30, .25, 60",
    ".02, 200, .05, 100"
  })
  void eachLimitHolds(double p, int n, double q, int m) {
    SplittableRandom random = new SplittableRandom(7);
    int tooHigh = 0;
    int tooLow = 0;
    for (int run = 0; run < 4000; run++) {
      Estimate ratio = ratio(draw(random, p, n), n, draw(random, q, m), m);
      if (Undetermined.is(ratio)) {
        continue;
      }
      Interval interval = ratio.interval(0.95);
      tooHigh += interval.lower() > p / q ? 1 : 0;
      tooLow += interval.upper() < p / q ? 1 : 0;
    }
    assertThat(tooHigh).isLessThanOrEqualTo(129);
    assertThat(tooLow).isLessThanOrEqualTo(129);
  }

  private static int draw(SplittableRandom random, double rate, int trials) {
    int successes = 0;
    for (int i = 0; i < trials; i++) {
      successes += random.nextDouble() < rate ? 1 : 0;
    }
    return successes;
  }
}

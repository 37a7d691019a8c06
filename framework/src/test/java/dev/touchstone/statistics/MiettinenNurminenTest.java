package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
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

class MiettinenNurminenTest {

  static List<JsonObject> cases() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                MiettinenNurminenTest.class.getResourceAsStream("rate-difference.json")),
            StandardCharsets.UTF_8)) {
      JsonArray cases = JsonParser.parseReader(reader).getAsJsonArray();
      return Oracle.objects(cases);
    }
  }

  private static MiettinenNurminen difference(int x, int n, int y, int m) {
    return new MiettinenNurminen(x, n, y, m);
  }

  private static MiettinenNurminen difference(JsonObject of) {
    return difference(
        of.get("first").getAsInt(),
        of.get("of").getAsInt(),
        of.get("second").getAsInt(),
        of.get("among").getAsInt());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLimitsAreThoseOfTheMaximisedLikelihood(JsonObject oracle) {
    Interval interval = difference(oracle).interval(oracle.get("level").getAsDouble());
    assertThat(interval.lower()).isCloseTo(oracle.get("lower").getAsDouble(), within(1e-6));
    assertThat(interval.upper()).isCloseTo(oracle.get("upper").getAsDouble(), within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thePValuesAreThoseOfTheScoreTest(JsonObject oracle) {
    for (JsonObject test : Oracle.objects(oracle.getAsJsonArray("tests"))) {
      double bound = test.get("bound").getAsDouble();
      assertThat(difference(oracle).pValueAbove(bound))
          .isCloseTo(test.get("above").getAsDouble(), within(1e-6));
      assertThat(difference(oracle).pValueBelow(bound))
          .isCloseTo(test.get("below").getAsDouble(), within(1e-6));
    }
  }

  /** Newcombe (1998, Statistics in Medicine 17: 873-890), Table II, method 6. */
  @ParameterizedTest
  @CsvSource({
    "56, 70, 48, 80, 0.0528, 0.3382",
    "9, 10, 3, 10, 0.1700, 0.8406",
    "6, 7, 2, 7, 0.0342, 0.8534",
    "5, 56, 0, 29, -0.0326, 0.1933",
    "0, 10, 0, 20, -0.1658, 0.2844",
    "0, 10, 0, 10, -0.2879, 0.2879",
    "10, 10, 0, 20, 0.7156, 1",
    "10, 10, 0, 10, 0.6636, 1"
  })
  void theLimitsAreThoseThatWerePublished(int x, int n, int y, int m, double lower, double upper) {
    Interval interval = difference(x, n, y, m).interval(0.95);
    assertThat(interval.lower()).isCloseTo(lower, within(5.1e-5));
    assertThat(interval.upper()).isCloseTo(upper, within(5.1e-5));
  }

  @Test
  void pValuesAgreeWithTheIntervalForAnyCounts() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 100; i++) {
      int n = random.nextInt(1, 300);
      int m = random.nextInt(1, 300);
      EstimateProperties.assertIntervalsAndPValuesAgree(
          difference(random.nextInt(n + 1), n, random.nextInt(m + 1), m),
          -1,
          -0.3,
          -0.01,
          0,
          0.01,
          0.2,
          1);
    }
  }

  @Test
  void exchangingTheRatesMirrorsTheInterval() {
    Interval one = difference(12, 90, 30, 100).interval(0.95);
    Interval other = difference(30, 100, 12, 90).interval(0.95);
    assertThat(one.lower()).isCloseTo(-other.upper(), within(1e-9));
    assertThat(one.upper()).isCloseTo(-other.lower(), within(1e-9));
  }

  /** The standard error of a coverage of 95 % over 4,000 runs is 0.34 %. */
  @ParameterizedTest
  @CsvSource({"300, 0.05, 0.05", "300, 0.05, 0.1", "1000, 0.02, 0.03", "200, 0.5, 0.4"})
  void independentRatesAreCovered(int n, double p, double q) {
    SplittableRandom random = new SplittableRandom(17);
    int covered = 0;
    for (int run = 0; run < 4000; run++) {
      covered +=
          difference(successes(random, n, p), n, successes(random, n, q), n)
                  .interval(0.95)
                  .contains(p - q)
              ? 1
              : 0;
    }
    assertThat(covered / 4000.0).isBetween(0.935, 0.965);
  }

  private static int successes(SplittableRandom random, int n, double p) {
    int successes = 0;
    for (int i = 0; i < n; i++) {
      successes += random.nextDouble() < p ? 1 : 0;
    }
    return successes;
  }
}

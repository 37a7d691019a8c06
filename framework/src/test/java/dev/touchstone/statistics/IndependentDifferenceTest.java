package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndependentDifferenceTest {

  /** Newcombe (1998), Table II, method 10, from the two intervals of Wilson. */
  @ParameterizedTest
  @CsvSource({
    "56, 70, 48, 80, 0.0524, 0.3339",
    "9, 10, 3, 10, 0.1705, 0.8090",
    "6, 7, 2, 7, 0.0582, 0.8062",
    "5, 56, 0, 29, -0.0381, 0.1926",
    "0, 10, 0, 20, -0.1611, 0.2775",
    "10, 10, 0, 10, 0.6075, 1"
  })
  void fromWilsonsIntervalsTheLimitsAreNewcombes(
      int x, int n, int y, int m, double lower, double upper) {
    Interval interval = IndependentDifference.of(wilson(x, n), wilson(y, m)).interval(0.95);
    assertThat(interval.lower()).isCloseTo(lower, within(5.1e-5));
    assertThat(interval.upper()).isCloseTo(upper, within(5.1e-5));
  }

  private static Estimate wilson(int x, int n) {
    double z = 1.959963984540054;
    double p = (double) x / n;
    double center = (p + z * z / (2 * n)) / (1 + z * z / n);
    double reach = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
    return IndependentDifference.known(
        p, new Interval(center - reach, center + reach, 0.95), n, "examples");
  }

  @Test
  void ofTwoMeansOfManyTheLimitsAreThoseOfTheStandardErrors() {
    double[] first = IntStream.range(0, 4000).mapToDouble(i -> i % 7).toArray();
    double[] second = IntStream.range(0, 4000).mapToDouble(i -> i % 5).toArray();
    IndependentDifference difference =
        IndependentDifference.of(MeanEstimate.of(first), MeanEstimate.of(second));
    // Of 0 … k−1 the variance is (k² − 1)/12.
    double error = Math.sqrt((48 / 12.0 + 24 / 12.0) / 4000);
    assertThat(difference.value()).isCloseTo(1, within(0.002));
    assertThat(difference.interval(0.95).upper() - difference.value())
        .isCloseTo(1.96 * error, within(1e-4));
  }

  @Test
  void anIntervalThatIsKnownAtOneLevelScalesToOthers() {
    Estimate known = IndependentDifference.known(0.2, new Interval(0.1, 0.4, 0.95), 50, "examples");
    Interval wide = known.interval(0.99);
    // 2.5758 / 1.96.
    assertThat(wide.lower()).isCloseTo(0.2 - 0.1 * 1.31422, within(1e-5));
    assertThat(wide.upper()).isCloseTo(0.2 + 0.2 * 1.31422, within(1e-5));
    EstimateProperties.assertIntervalsAndPValuesAgree(known, 0.05, 0.1, 0.2, 0.3, 0.5);
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    EstimateProperties.assertIntervalsAndPValuesAgree(
        IndependentDifference.of(MeanEstimate.of(1, 2, 4, 3, 9), wilson(3, 10)),
        -5,
        0,
        1,
        2,
        3.5,
        5,
        12);
    EstimateProperties.assertIntervalsAndPValuesAgree(
        IndependentDifference.of(Proportion.of(3, 70), Proportion.of(9, 70)),
        -0.5,
        -0.1,
        0,
        0.02,
        0.3);
  }

  /** Squared distances between 0 and 2, as of a Brier score; its standard error is 0.34 %. */
  @Test
  void independentMeansAreCovered() {
    SplittableRandom random = new SplittableRandom(5);
    int covered = 0;
    for (int run = 0; run < 4000; run++) {
      MeanEstimate first = mean(random, 0.1);
      MeanEstimate second = mean(random, 0.15);
      // Of the second one interval is all that was kept.
      Estimate kept =
          IndependentDifference.known(second.value(), second.interval(0.95), 400, "examples");
      covered +=
          IndependentDifference.of(first, kept).interval(0.95).contains(2 * (0.1 - 0.15) / 3)
              ? 1
              : 0;
    }
    assertThat(covered / 4000.0).isBetween(0.935, 0.965);
  }

  /** Most are right; a wrong one's distance is 2u², with mean 2/3. */
  private static MeanEstimate mean(SplittableRandom random, double wrong) {
    double[] values = new double[400];
    for (int i = 0; i < values.length; i++) {
      double u = random.nextDouble();
      values[i] = random.nextDouble() < wrong ? 2 * u * u : 0;
    }
    return MeanEstimate.of(values);
  }
}

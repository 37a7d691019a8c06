package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantileEstimateTest {
  private static final Range FROM_ZERO = new Range(0, Double.POSITIVE_INFINITY);

  private static QuantileEstimate ranks(double quantile, int n) {
    return QuantileEstimate.of(
        quantile, FROM_ZERO, IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray());
  }

  /** Ranks by summing binomial probabilities one after the other. */
  @ParameterizedTest
  @CsvSource({"0.5, 20", "0.9, 100", "0.9, 37", "0.8, 150", "0.1, 60"})
  void limitsAreTheRanksThatTheBinomialGives(double quantile, int n) {
    Interval interval = ranks(quantile, n).interval(0.95);
    double[] mass = new double[n + 1];
    mass[0] = Math.pow(1 - quantile, n);
    for (int k = 0; k < n; k++) {
      mass[k + 1] = mass[k] * (n - k) / (k + 1) * quantile / (1 - quantile);
    }
    int lower = 0;
    for (double sum = mass[0]; sum <= 0.025; sum += mass[lower]) {
      lower++;
    }
    int upper = n + 1;
    for (double sum = mass[n]; sum <= 0.025; sum += mass[upper - 1]) {
      upper--;
    }
    assertThat(interval.lower()).isEqualTo(lower);
    assertThat(interval.upper()).isEqualTo(upper > n ? Double.POSITIVE_INFINITY : upper);
  }

  /** Of a median they are those of the sign test. */
  @Test
  void aMedianHasTheLimitsOfTheMedian() {
    double[] values = IntStream.range(0, 25).mapToDouble(i -> (i * 7) % 25).toArray();
    Interval ofMedian = MedianEstimate.of(FROM_ZERO, "draws", values).interval(0.95);
    Interval ofQuantile = QuantileEstimate.of(0.5, FROM_ZERO, values).interval(0.95);

    assertThat(ofQuantile.lower()).isEqualTo(ofMedian.lower());
    assertThat(ofQuantile.upper()).isEqualTo(ofMedian.upper());
  }

  /** Thirty values do not show where 95 % of all stay within: .95³⁰ = .21. */
  @Test
  void ofTooFewValuesThereIsNoUpperLimit() {
    assertThat(ranks(0.95, 30).interval(0.95).upper()).isInfinite();
    assertThat(ranks(0.95, 30).pValueBelow(31)).isCloseTo(Math.pow(0.95, 30), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 20", "0.9, 100", "0.95, 30"})
  void intervalsAndPValuesAgree(double quantile, int n) {
    QuantileEstimate estimate = ranks(quantile, n);
    double q = quantile * n;
    EstimateProperties.assertIntervalsAndPValuesAgree(
        estimate, 0.5 * q + 0.5, q - 3.5, q + 0.5, q + 4.5, n + 0.5);
  }

  /** 4,000 draws: a limit that fails in 2.5 % does so at most 129 times in 999 of 1,000 runs. */
  @ParameterizedTest
  @CsvSource({"0.5, 40", "0.9, 80", "0.9, 500"})
  void eachLimitHolds(double quantile, int n) {
    SplittableRandom random = new SplittableRandom(11);
    double truth = -Math.log(1 - quantile);
    int tooHigh = 0;
    int tooLow = 0;
    for (int run = 0; run < 4000; run++) {
      double[] values = random.doubles(n).map(u -> -Math.log(1 - u)).toArray();
      Interval interval = QuantileEstimate.of(quantile, FROM_ZERO, values).interval(0.95);
      tooHigh += interval.lower() > truth ? 1 : 0;
      tooLow += interval.upper() < truth ? 1 : 0;
    }
    assertThat(tooHigh).isLessThanOrEqualTo(129);
    assertThat(tooLow).isLessThanOrEqualTo(129);
  }

  @Test
  void aQuantileLiesInsideAndValuesAreFinite() {
    assertThatIllegalArgumentException().isThrownBy(() -> QuantileEstimate.of(1, FROM_ZERO, 1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> QuantileEstimate.of(0.5, FROM_ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuantileEstimate.of(0.5, FROM_ZERO, 1, Double.NaN));
  }
}

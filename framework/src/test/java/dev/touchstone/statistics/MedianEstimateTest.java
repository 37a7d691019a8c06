package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MedianEstimateTest {

  private static MedianEstimate median(double... replicates) {
    return MedianEstimate.of(Range.SHARE, "plantings", replicates);
  }

  @Test
  void theMedianOfSixIsBetweenTheMiddleTwo() {
    MedianEstimate six = median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6);
    assertThat(six.value()).isCloseTo(0.825, within(1e-15));
    assertThat(six.sampleSize()).isEqualTo(6);
    assertThat(six.unit()).isEqualTo("plantings");
    assertThat(median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6, 0.1).value()).isEqualTo(0.8);
  }

  /** 2⁻⁶ = 1.6 % is below 2.5 %, and 2⁻⁶·(1 + 6) = 10.9 % is not. */
  @Test
  void theLimitsOfSixAreTheirLeastAndTheirLargest() {
    MedianEstimate six = median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6);
    assertThat(six.interval(0.95)).isEqualTo(new Interval(0.6, 0.95, 0.95));
    assertThat(six.interval(0.75)).isEqualTo(new Interval(0.7, 0.9, 0.75));
    assertThat(six.pValueAbove(0.59)).isEqualTo(1.0 / 64);
    assertThat(six.pValueAbove(0.6)).isEqualTo(7.0 / 64);
    assertThat(six.pValueBelow(0.96)).isEqualTo(1.0 / 64);
  }

  /** Holm's correction of three claims asks for 2.5 %/3 = .83 %, less than six can show. */
  @Test
  void whereThereAreTooFewForALevelTheLimitIsTheEndOfTheRange() {
    MedianEstimate six = median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6);
    assertThat(six.interval(1 - 0.05 / 3)).isEqualTo(new Interval(0, 1, 1 - 0.05 / 3));
    MedianEstimate eight = median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6, 0.65, 0.75);
    assertThat(eight.interval(1 - 0.05 / 3).lower()).isEqualTo(0.6);
  }

  /** Conover (1999), Practical Nonparametric Statistics, table A3: n = 15, p = ½ and 1.76 %. */
  @Test
  void theLimitsOfFifteenAreTheFourthFromEitherEnd() {
    double[] values = new double[15];
    for (int i = 0; i < 15; i++) {
      values[i] = (i + 1) / 100.0;
    }
    assertThat(median(values).interval(0.95)).isEqualTo(new Interval(0.04, 0.12, 0.95));
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 60; i++) {
      double[] values =
          random.doubles(random.nextInt(6, 30)).map(u -> Math.rint(u * 9) / 9).toArray();
      MedianEstimate median = median(values);
      assertIntervalsAndPValuesAgree(median, -0.1, 0, 0.05, 0.3, random.nextDouble(), 0.95, 1, 1.1);
      assertIntervalsAndPValuesAgree(
          median.noNarrowerThan(median.value(), 60), -0.1, 0.05, 0.3, random.nextDouble(), 0.95);
    }
  }

  /** The limits of the median fail in 2⁻⁶ at most, those of the mean of five in up to half. */
  @ParameterizedTest
  @CsvSource({"0", "1", "2", "3"})
  void aMedianAtTheToleranceSeldomPassesWhateverTheReplicatesAre(int shape) {
    ToDoubleFunction<SplittableRandom> replicate =
        switch (shape) {
          case 0 -> r -> 0.9 + 0.01 * r.nextGaussian();
          case 1 -> r -> 1 - 0.006 * Math.exp(r.nextGaussian());
          case 2 -> r -> r.nextInt(10) == 0 ? 0.9 : 0.99;
          default -> r -> r.nextBoolean() ? 0.95 : 0.96;
        };
    double truth = new double[] {0.9, 0.994, 0.99, 0.95}[shape];
    int runs = 4000;
    int passed = 0;
    int byStudent = 0;
    double mean = new double[] {0.9, 1 - 0.006 * Math.exp(0.5), 0.981, 0.955}[shape];
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      double[] six = new double[6];
      double[] five = new double[5];
      for (int i = 0; i < 6; i++) {
        six[i] = Math.min(1, replicate.applyAsDouble(random));
        five[Math.min(i, 4)] = six[i];
      }
      passed += median(six).interval(0.95).lower() > truth ? 1 : 0;
      byStudent += MeanEstimate.of(five).interval(0.95).lower() > mean + 1e-12 ? 1 : 0;
    }
    assertThat(Proportion.of(passed, runs).pValueAbove(1.0 / 64))
        .as("%d of %d passed", passed, runs)
        .isGreaterThan(0.001);
    if (shape == 2) {
      assertThat(byStudent).as("the mean of five").isGreaterThan(runs / 2);
    }
  }

  /** Six times twenty points of which none was missed: what 120 points show, and no more. */
  @Test
  void equalReplicatesShowNoMoreThanAllTheirCases() {
    MedianEstimate ones = median(1, 1, 1, 1, 1, 1).noNarrowerThan(1, 120);
    assertThat(ones.interval(0.95).lower())
        .isCloseTo(Proportion.of(120, 120).interval(0.95).lower(), within(1e-9));
    assertThat(ones.interval(0.95).upper()).isEqualTo(1);
  }

  @Test
  void limitsOfCasesThatAreNarrowerDoNothing() {
    MedianEstimate six = median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6);
    assertThat(six.noNarrowerThan(0.8, 1e6).interval(0.95)).isEqualTo(six.interval(0.95));
  }

  /** All of n lie above with p = 7/8; of 9 replicates 8 must: .30 + .39 … of 12 ten: 81 %. */
  @Test
  void saysHowManyReplicatesWouldDecide() {
    MedianEstimate six = median(0.9, 0.7, 0.8, 0.95, 0.85, 0.6);
    // Counting one more for either side, 7 of 8 lie above .5: P(B(6, 1/8) = 0) = 45 % with six;
    // the number found is the first with which at least four in five decide.
    int needed = (int) six.examplesToDecide(0.5, 0.95).orElseThrow();
    assertThat(power(needed)).isGreaterThanOrEqualTo(0.8);
    assertThat(power(needed - 1)).isLessThan(0.8);
    assertThat(six.examplesToDecide(six.value(), 0.95)).isEmpty();
  }

  /** By enumeration: how often so many of k lie below that the sign test at 2.5 % still decides. */
  private static double power(int k) {
    double tail = 0;
    double power = 0;
    double ofHalf = Math.pow(0.5, k);
    double ofEighth = Math.pow(7.0 / 8, k);
    for (int below = 0; tail + ofHalf <= 0.025; below++) {
      tail += ofHalf;
      power += ofEighth;
      ofHalf *= (double) (k - below) / (below + 1);
      ofEighth *= (double) (k - below) / (below + 1) / 7;
    }
    return power;
  }

  @Test
  void fewerThanSixAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> median(0.9, 0.9, 0.9, 0.9, 0.9))
        .withMessage(
            "an interval for a median needs at least 6 plantings, was 5: of five, all lie on one"
                + " side of it by chance once in 16 times");
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> median(0.9, 0.9, 0.9, 0.9, 0.9, 1.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> median(0.9, 0.9, 0.9, 0.9, 0.9, Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> median(0.9, 0.9, 0.9, 0.9, 0.9, 1).noNarrowerThan(1.2, 5));
  }
}

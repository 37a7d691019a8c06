package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many examples an undecided claim is told to take, and what that number is made of. */
class ExamplesToDecideTest {

  /** So many ones among values. */
  private static double[] ones(int ones, int values) {
    double[] given = new double[values];
    Arrays.fill(given, 0, ones, 1);
    return given;
  }

  /** Limits of values 0 and 1 are Clopper and Pearson's, whose power is known exactly. */
  @ParameterizedTest
  @CsvSource({"5, 100, 0.1", "12, 100, 0.1", "2, 100, 0.05", "40, 1000, 0.05", "25, 100, 0.2"})
  void theNumberForAMeanIsThatOfTheExactPower(int counts, int examples, double bound) {
    long exact = Proportion.of(counts, examples).examplesToDecide(bound, 0.95).orElseThrow();
    long ofMean =
        BoundedMean.of(ones(counts, examples), 0, 1).examplesToDecide(bound, 0.95).orElseThrow();

    assertThat((double) ofMean).isCloseTo(exact, within(0.15 * exact));
  }

  /** Each cluster of two is one example of two that move together. */
  @Test
  void theNumberForClustersIsThatOfIndependentOnes() {
    int[] sizes = new int[100];
    Arrays.fill(sizes, 2);
    int[] counted = IntStream.range(0, 100).map(g -> g < 5 ? 2 : 0).toArray();
    long exact = Proportion.of(5, 100).examplesToDecide(0.1, 0.95).orElseThrow();
    long ofClusters =
        ClusteredProportion.of(counted, sizes, 2).examplesToDecide(0.1, 0.95).orElseThrow();

    assertThat(ofClusters / 2.0).isCloseTo(exact, within(0.15 * exact));
  }

  /** Of so many examples as named four in five samples decide: 50 to 97 of 100 is within 4 σ. */
  @Test
  void ofAsManyRankedExamplesAsNamedMostDecide() {
    SplittableRandom random = new SplittableRandom(11);
    Auroc pilot = area(40, random);
    while (Math.abs(pilot.value() - 0.9) > 0.003) {
      pilot = area(40, random);
    }
    int named = (int) pilot.examplesToDecide(0.8, 0.95).orElseThrow();
    int decided = 0;
    for (int run = 0; run < 100; run++) {
      decided += area(named, random).interval(0.95).lower() >= 0.8 ? 1 : 0;
    }

    assertThat(decided).isBetween(64, 95);
  }

  /** Binormal, .9: half of the examples are positive. */
  private static Auroc area(int examples, SplittableRandom random) {
    boolean[] positive = new boolean[examples];
    double[] scores = new double[examples];
    for (int i = 0; i < examples; i++) {
      positive[i] = i % 2 == 0;
      scores[i] = random.nextGaussian() + (positive[i] ? 1.8124 : 0);
    }
    return Auroc.of(scores, positive);
  }

  @Test
  void aBoundOnTheEstimateTakesNoRealisticNumber() {
    assertThat(BoundedMean.of(ones(5, 100), 0, 1).examplesToDecide(0.05, 0.95)).isEmpty();
    assertThat(BoundedMean.of(ones(5, 100), 0, 1).examplesToDecide(0.0501, 0.95)).isEmpty();
  }

  @Test
  void valuesRepeatedAreAsManyMoreOfThem() {
    double[] values = {-1, 0, 0, 0.5, 0.25, 0, 1, -0.75};
    double[] thrice = DoubleStream.of(values).flatMap(v -> DoubleStream.of(v, v, v)).toArray();

    assertThat(BoundedMean.of(values, -1, 1).repeated(3).sampleSize()).isEqualTo(24);
    assertSameLimits(BoundedMean.of(values, -1, 1).repeated(3), BoundedMean.of(thrice, -1, 1));
    assertSameLimits(
        ClusteredProportion.of(new int[] {1, 0}, new int[] {3, 2}, 5).repeated(2),
        ClusteredProportion.of(new int[] {1, 0, 1, 0}, new int[] {3, 2, 3, 2}, 5));
  }

  @Test
  void rankingsRepeatedAreThoseOfAsManyMoreExamples() {
    double[] scores = {3, 2, 4, 1, 0, 2.5, 1.5, 0.5};
    double[] others = {3, 2, 0.2, 1, 0, 2.5, 1.7, 0.5};
    boolean[] positive = {true, true, true, true, false, false, false, false};
    boolean[] thricePositive = new boolean[24];
    for (int i = 0; i < 24; i++) {
      thricePositive[i] = positive[i / 3];
    }
    Auroc more = Auroc.of(thrice(scores), thricePositive);

    assertSameLimits(Auroc.of(scores, positive).repeated(3), more);
    // Variances are divided by one less than there are: (8 − 2)/8 of a third for (24 − 2)/24.
    assertThat(
            AurocLoss.of(others, scores, positive).repeated(3).interval(0.95).upper()
                - AurocLoss.of(thrice(others), thrice(scores), thricePositive)
                    .interval(0.95)
                    .upper())
        .isBetween(0.0, 0.06);
  }

  private static double[] thrice(double[] values) {
    return DoubleStream.of(values).flatMap(v -> DoubleStream.of(v, v, v)).toArray();
  }

  private static void assertSameLimits(Estimate one, Estimate other) {
    assertThat(one.sampleSize()).isEqualTo(other.sampleSize());
    assertThat(one.interval(0.95).lower()).isCloseTo(other.interval(0.95).lower(), within(1e-8));
    assertThat(one.interval(0.95).upper()).isCloseTo(other.interval(0.95).upper(), within(1e-8));
  }

  @Test
  void otherEstimatesLimitsDrawNearLikeTheRoot() {
    Estimate mean = MeanEstimate.of(1, 2, 3, 4, 5);
    Estimate nearer = mean.repeated(4);

    assertThat(nearer.value()).isEqualTo(3);
    assertThat(nearer.sampleSize()).isEqualTo(20);
    assertThat(nearer.interval(0.95).upper())
        .isCloseTo(3 + (mean.interval(0.95).upper() - 3) / 2, within(1e-12));
    assertIntervalsAndPValuesAgree(nearer, 2, 2.5, 3.2, 4);
  }

  @Test
  void bothSidesOfADifferenceAreRepeated() {
    Estimate difference =
        IndependentDifference.of(
            BoundedMean.of(ones(5, 50), 0, 1), BoundedMean.of(ones(2, 50), 0, 1));
    assertSameLimits(
        difference.repeated(2),
        IndependentDifference.of(
            BoundedMean.of(ones(10, 100), 0, 1), BoundedMean.of(ones(4, 100), 0, 1)));
    assertSameLimits(
        LimitDifference.of(BoundedMean.of(ones(5, 50), 0, 1), BoundedMean.of(ones(2, 50), 0, 1))
            .repeated(2),
        LimitDifference.of(
            BoundedMean.of(ones(10, 100), 0, 1), BoundedMean.of(ones(4, 100), 0, 1)));
  }

  @Test
  void theSearchFindsWhereAReachIsAsWanted() {
    assertThat(Power.times(0.5, times -> 2 / Math.sqrt(times)).orElseThrow())
        .isCloseTo(16, within(0.4));
    // x = 1/√times: x + 3x² = 0.1 at x = (√2.2 − 1)/6.
    double root = (Math.sqrt(1 + 12 * 0.1) - 1) / 6;
    assertThat(
            Power.times(0.1, times -> 1 / Math.sqrt(times) + 3 / times).orElseThrow() * root * root)
        .isCloseTo(1, within(0.03));
    assertThat(Power.times(2, times -> 1 / Math.sqrt(times))).hasValue(1);
    assertThat(Power.times(0.01, times -> 1 / Math.sqrt(times))).isEmpty();
    assertThat(Power.times(0, times -> 0)).isEmpty();
  }
}

package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusteredProportionTest {

  @Test
  void theEffectiveNumberIsKornAndGraubards() {
    // Rate 6/12; residuals 2, 0, -2 of clusters of four: v = 3/2 · 8/144 = 1/12, so 3 examples.
    ClusteredProportion rate = ClusteredProportion.of(new int[] {4, 2, 0}, new int[] {4, 4, 4});
    double t =
        TDistribution.of(11).inverseSurvivalProbability(0.025)
            / TDistribution.of(2).inverseSurvivalProbability(0.025);

    assertThat(rate.value()).isEqualTo(0.5);
    assertThat(rate.sampleSize()).isEqualTo(12);
    assertThat(rate.effectiveSampleSize()).isCloseTo(3 * t * t, within(1e-12));
  }

  @Test
  void clustersOfOneAreIndependentExamples() {
    int[] ones = IntStream.generate(() -> 1).limit(80).toArray();
    int[] events = IntStream.range(0, 80).map(i -> i < 7 ? 1 : 0).toArray();
    Interval clustered = ClusteredProportion.of(events, ones).interval(0.95);
    Interval exact = Proportion.of(7, 80).interval(0.95);

    // v is p(1-p)/(n-1) here, one degree of freedom less than the binomial's.
    assertThat(clustered.lower()).isCloseTo(exact.lower(), within(1e-3));
    assertThat(clustered.upper()).isCloseTo(exact.upper(), within(1e-3));
  }

  @Test
  void equalClustersKeepEveryExample() {
    assertThat(
            ClusteredProportion.of(new int[] {1, 1, 1}, new int[] {5, 5, 5}).effectiveSampleSize())
        .isEqualTo(15);
  }

  @Test
  void withoutAnyEventEachClusterCountsAsOneExample() {
    ClusteredProportion none = ClusteredProportion.of(new int[20], filled(20, 9));
    assertThat(none.interval(0.95).lower()).isZero();
    assertThat(none.interval(0.95).upper())
        .isCloseTo(Proportion.of(0, 20).interval(0.95).upper(), within(1e-9));

    ClusteredProportion all = ClusteredProportion.of(filled(20, 9), filled(20, 9));
    assertThat(all.interval(0.95).upper()).isEqualTo(1);
    assertThat(all.interval(0.95).lower())
        .isCloseTo(Proportion.of(20, 20).interval(0.95).lower(), within(1e-9));
  }

  private static int[] filled(int length, int value) {
    int[] filled = new int[length];
    Arrays.fill(filled, value);
    return filled;
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 200; i++) {
      int[] sizes = random.ints(random.nextInt(2, 40), 1, 20).toArray();
      int[] events = Arrays.stream(sizes).map(size -> random.nextInt(size + 1)).toArray();
      EstimateProperties.assertIntervalsAndPValuesAgree(
          ClusteredProportion.of(events, sizes), -0.1, 0, 0.02, random.nextDouble(), 0.9, 1, 1.1);
    }
  }

  /** Beta-binomial clusters of different sizes; the correlation within is 1/(1 + α + β). */
  @ParameterizedTest(name = "{0} clusters, rate {1}, correlation {2}")
  @CsvSource({"15, 0.2, 0.3", "40, 0.1, 0.3", "40, 0.3, 0.05", "100, 0.05, 0.5", "40, 0.2, 0.0001"})
  void theIntervalCoversWhereExamplesOfAClusterAreAlike(
      int clusters, double rate, double correlation) {
    SplittableRandom random = new SplittableRandom(10);
    int repetitions = 2000;
    int covered = 0;
    for (int i = 0; i < repetitions; i++) {
      int[] sizes = random.ints(clusters, 2, 12).toArray();
      int[] events = new int[clusters];
      for (int g = 0; g < clusters; g++) {
        events[g] = polyaUrn(sizes[g], rate, correlation, random);
      }
      covered += ClusteredProportion.of(events, sizes).interval(0.95).contains(rate) ? 1 : 0;
    }

    assertThat(Proportion.of(covered, repetitions).pValueBelow(0.935))
        .as("%d of %d intervals cover", covered, repetitions)
        .isGreaterThan(0.001);
  }

  @Test
  void theExactIntervalOfIndependentExamplesWouldNotCover() {
    SplittableRandom random = new SplittableRandom(11);
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
      int events = 0;
      for (int g = 0; g < 40; g++) {
        events += polyaUrn(8, 0.2, 0.3, random);
      }
      covered += Proportion.of(events, 320).interval(0.95).contains(0.2) ? 1 : 0;
    }
    assertThat(covered).isLessThan(800);
  }

  /** Draws a beta-binomial number, one example after the other. */
  private static int polyaUrn(int size, double rate, double correlation, SplittableRandom random) {
    double weight = (1 - correlation) / correlation;
    double events = 0;
    for (int i = 0; i < size; i++) {
      events += random.nextDouble() < (weight * rate + events) / (weight + i) ? 1 : 0;
    }
    return (int) events;
  }

  @Test
  void oneClusterIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredProportion.of(new int[] {1}, new int[] {5}))
        .withMessage("a rate of clustered examples needs at least two clusters, was 1");
  }

  @Test
  void countsThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredProportion.of(new int[] {1, 6}, new int[] {5, 5}))
        .withMessage("cluster 1 has 6 successes of 5");
  }
}

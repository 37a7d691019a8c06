package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusteredProportionTest {

  @Test
  void theRateIsThatOfTheExamples() {
    ClusteredProportion rate = ClusteredProportion.of(new int[] {4, 1}, new int[] {4, 6}, 10);
    assertThat(rate.value()).isEqualTo(0.5);
    assertThat(rate.sampleSize()).isEqualTo(10);
    assertThat(rate.method()).isEqualTo("Gaffke, bounded values in clusters of at most 10");
  }

  @Test
  void clustersOfOneAreIndependentExamples() {
    int[] ones = filled(80, 1);
    int[] events = IntStream.range(0, 80).map(i -> i < 7 ? 1 : 0).toArray();
    Interval clustered = ClusteredProportion.of(events, ones, 1).interval(0.95);
    Interval exact = Proportion.of(7, 80).interval(0.95);

    assertThat(clustered.lower()).isCloseTo(exact.lower(), within(1e-9));
    assertThat(clustered.upper()).isCloseTo(exact.upper(), within(1e-9));
  }

  @Test
  void withoutAnyEventEachClusterOfTheLargestSizeCountsAsOneExample() {
    ClusteredProportion none = ClusteredProportion.of(new int[20], filled(20, 9), 9);
    assertThat(none.interval(0.95).lower()).isZero();
    assertThat(none.interval(0.95).upper())
        .isCloseTo(Proportion.of(0, 20).interval(0.95).upper(), within(1e-9));

    ClusteredProportion all = ClusteredProportion.of(filled(20, 9), filled(20, 9), 9);
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
    for (int i = 0; i < 60; i++) {
      int[] sizes = random.ints(random.nextInt(2, 40), 1, 20).toArray();
      int[] events = Arrays.stream(sizes).map(size -> random.nextInt(size + 1)).toArray();
      EstimateProperties.assertIntervalsAndPValuesAgree(
          ClusteredProportion.of(events, sizes, random.nextInt(20, 60)),
          -0.1,
          0,
          0.02,
          random.nextDouble(),
          0.9,
          1,
          1.1);
    }
  }

  /**
   * Beta-binomial clusters of 1 to {@code largest} examples, and a rate that is exactly the
   * tolerance: Korn and Graubard's limit lets 6, 8 and 8 % pass.
   */
  @ParameterizedTest(name = "{0} clusters of at most {1}, rate {2}, correlation {3}")
  @CsvSource({"20, 20, 0.05, 0.2", "50, 50, 0.01, 0.1", "100, 100, 0.02, 0.3"})
  void aRateAtTheToleranceSeldomPasses(int clusters, int largest, double rate, double correlation) {
    int runs = 1000;
    int passed = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      int[] sizes = random.ints(clusters, 1, largest + 1).toArray();
      int[] events = new int[clusters];
      for (int g = 0; g < clusters; g++) {
        events[g] = polyaUrn(sizes[g], rate, correlation, random);
      }
      passed += passes(events, sizes, largest, rate);
    }
    assertAtMostOneInForty(passed, runs);
  }

  /**
   * A share of the clusters is large and all wrong, and most samples of few clusters hold none:
   * Korn and Graubard's limit lets 55, 23 and 27 % pass.
   */
  @ParameterizedTest(name = "{0} clusters, of which a share of {1} with {2} examples is all wrong")
  @CsvSource({"20, 0.03, 30, 5, 0.02", "50, 0.03, 30, 5, 0.02", "20, 0.05, 10, 10, 0.01"})
  void fewLargeClustersThatWereNotMetAreAllowedFor(
      int clusters, double share, int large, int small, double rate) {
    double truth =
        (share * large + (1 - share) * small * rate) / (share * large + (1 - share) * small);
    int runs = 1000;
    int passed = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      int[] sizes = new int[clusters];
      int[] events = new int[clusters];
      for (int g = 0; g < clusters; g++) {
        boolean all = random.nextDouble() < share;
        sizes[g] = all ? large : small;
        events[g] = all ? large : polyaUrn(small, rate, 1e-9, random);
      }
      passed += passes(events, sizes, large, truth);
    }
    assertAtMostOneInForty(passed, runs);
  }

  /** Clusters of five, a true rate of .02: what can be shown, can be shown. */
  @Test
  void twoHundredClustersOfFiveShowATrueClaim() {
    int passed = 0;
    for (int run = 0; run < 200; run++) {
      SplittableRandom random = new SplittableRandom(run);
      int[] events = new int[200];
      for (int g = 0; g < 200; g++) {
        events[g] = polyaUrn(5, 0.02, 0.05, random);
      }
      passed += passes(events, filled(200, 5), 5, 0.05);
    }
    assertThat(passed).isGreaterThan(170);
  }

  private static int passes(int[] events, int[] sizes, int largest, double tolerance) {
    return ClusteredProportion.of(events, sizes, largest).pValueBelow(tolerance) <= 0.025 ? 1 : 0;
  }

  private static void assertAtMostOneInForty(int passed, int runs) {
    assertThat(Proportion.of(passed, runs).pValueAbove(0.025))
        .as("%d of %d passed", passed, runs)
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
        .isThrownBy(() -> ClusteredProportion.of(new int[] {1}, new int[] {5}, 5))
        .withMessage("a rate of clustered examples needs at least two clusters, was 1");
  }

  @Test
  void countsThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredProportion.of(new int[] {1, 6}, new int[] {5, 5}, 5))
        .withMessage("cluster 1 has 6 successes of 5");
  }

  @Test
  void aClusterLargerThanDeclaredIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredProportion.of(new int[] {1, 1}, new int[] {5, 6}, 5))
        .withMessage("a cluster was said to have at most 5 values, and cluster 1 has 6");
  }
}

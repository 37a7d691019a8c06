package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.UnconditionedExactTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateDifferenceTest {

  private static RateDifference difference(int x, int n, int y, int m) {
    return RateDifference.of(Proportion.of(x, n), Proportion.of(y, m));
  }

  @Test
  void manyInEveryCellHaveTheScoreLimits() {
    assertThat(difference(120, 400, 140, 500).interval(0.95))
        .isEqualTo(new MiettinenNurminen(120, 400, 140, 500).interval(0.95));
    assertThat(difference(120, 400, 140, 500).method()).startsWith("Miettinen-Nurminen");
    assertThat(difference(99, 400, 140, 500).method()).startsWith("exact unconditional");
    assertThat(difference(301, 400, 140, 500).method()).startsWith("exact unconditional");
  }

  /** At a difference of 0 the score statistic is the pooled one of Barnard's exact test. */
  @ParameterizedTest
  @CsvSource({"3, 40, 0, 40", "20, 60, 9, 80", "8, 31, 3, 29"})
  void atNoDifferenceThePValueIsBarnards(int x, int n, int y, int m) {
    double barnard =
        UnconditionedExactTest.withDefaults()
            .with(UnconditionedExactTest.Method.Z_POOLED)
            .with(AlternativeHypothesis.GREATER_THAN)
            .test(new int[][] {{x, y}, {n - x, m - y}})
            .getPValue();
    // Within what both samples leave possible the worst rate may be a better one; never a worse.
    assertThat(difference(x, n, y, m).pValueAbove(0))
        .isLessThanOrEqualTo(1.001 * barnard + 1.1e-5)
        .isCloseTo(barnard, within(0.1 * barnard));
  }

  /**
   * Over all outcomes of both samples and a fine grid of what they leave possible, without a
   * staircase; 7 of 15 against 2 of 12 is as extreme as 12 of 15 against 6 of 12.
   */
  @ParameterizedTest
  @CsvSource({
    "7, 15, 2, 12, 0",
    "9, 10, 3, 10, 0",
    "2, 20, 1, 30, -0.1",
    "0, 15, 1, 12, -0.3",
    "4, 12, 9, 14, -0.6",
    "8, 9, 3, 16, 0.2"
  })
  void elsewhereItIsTheLargestProbabilityOfAsLargeAScore(int x, int n, int y, int m, double delta) {
    double seen = new MiettinenNurminen(x, n, y, m).z(delta);
    Interval ofFirst = Proportion.of(x, n).interval(1 - 5e-6);
    Interval ofSecond = Proportion.of(y, m).interval(1 - 5e-6);
    double largest = 0;
    for (double q = Math.max(0, -delta); q <= Math.min(1, 1 - delta); q += 0.001) {
      if (!ofSecond.contains(q) || !ofFirst.contains(q + delta)) {
        continue;
      }
      BinomialDistribution first = BinomialDistribution.of(n, Math.min(1, q + delta));
      BinomialDistribution second = BinomialDistribution.of(m, q);
      double sum = 0;
      for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= m; j++) {
          if (new MiettinenNurminen(i, n, j, m).z(delta) >= seen - 1e-9) {
            sum += first.probability(i) * second.probability(j);
          }
        }
      }
      largest = Math.max(largest, sum);
    }
    assertThat(difference(x, n, y, m).pValueAbove(delta) - 1e-5)
        .isCloseTo(largest, within(0.01 * largest));
  }

  /**
   * The probability that an increase at the tolerance passes, over all outcomes: whatever the rates
   * are. With 30 and 120 examples the score limits let up to 3.6 % pass.
   */
  @ParameterizedTest(name = "{0} examples, {1} recorded, increase by {2}")
  @CsvSource({"12, 48, 0.05", "48, 12, 0.05", "20, 20, 0.1"})
  void anIncreaseAtTheToleranceSeldomPasses(int n, int m, double increase) {
    boolean[][] passes = new boolean[n + 1][m + 1];
    for (int x = 0; x <= n; x++) {
      for (int y = 0; y <= m; y++) {
        passes[x][y] = difference(x, n, y, m).pValueBelow(increase) <= 0.025;
      }
    }
    for (int i = 0; i <= 40; i++) {
      double q = (1 - increase) * i / 40;
      BinomialDistribution first = BinomialDistribution.of(n, Math.min(1, q + increase));
      BinomialDistribution second = BinomialDistribution.of(m, q);
      double sum = 0;
      for (int x = 0; x <= n; x++) {
        for (int y = 0; y <= m; y++) {
          sum += passes[x][y] ? first.probability(x) * second.probability(y) : 0;
        }
      }
      assertThat(sum).as("rate %s", q).isLessThan(0.0251);
    }
  }

  @Test
  void pValuesAgreeWithTheIntervalForAnyCounts() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 6; i++) {
      int n = random.nextInt(1, 80);
      int m = random.nextInt(1, 80);
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

  /** Nine of ten errors are of examples at which both models err. */
  @Test
  void ratesOfTheSameExamplesAreCoveredMoreOftenThanTheyHadToBe() {
    SplittableRandom random = new SplittableRandom(18);
    int covered = 0;
    for (int run = 0; run < 40; run++) {
      int both = successes(random, 300, 0.09);
      int first = both + successes(random, 300, 0.01);
      int second = both + successes(random, 300, 0.01);
      RateDifference difference = difference(first, 300, second, 300);
      covered += difference.pValueAbove(0) > 0.025 && difference.pValueBelow(0) > 0.025 ? 1 : 0;
    }
    assertThat(covered).isGreaterThan(38);
  }

  private static int successes(SplittableRandom random, int n, double p) {
    int successes = 0;
    for (int i = 0; i < n; i++) {
      successes += random.nextDouble() < p ? 1 : 0;
    }
    return successes;
  }

  @Test
  void largeSamplesWithFewErrorsHaveLimitsNearTheScoreLimits() {
    Interval exact = difference(30, 100_000, 40, 120_000).interval(0.95);
    Interval score = new MiettinenNurminen(30, 100_000, 40, 120_000).interval(0.95);
    assertThat(exact.lower()).isCloseTo(score.lower(), within(2e-5));
    assertThat(exact.upper()).isCloseTo(score.upper(), within(2e-5));
  }
}

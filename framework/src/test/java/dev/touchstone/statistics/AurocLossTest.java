package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AurocLossTest {

  static List<JsonObject> pairs() {
    return Oracle.cases("aurocPairs");
  }

  private static boolean[] positive(JsonObject oracle) {
    List<JsonElement> given = oracle.getAsJsonArray("positive").asList();
    boolean[] positive = new boolean[given.size()];
    for (int i = 0; i < positive.length; i++) {
      positive[i] = given.get(i).getAsBoolean();
    }
    return positive;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theLossAndTheCorrelationAreThoseOfNumPysMeansOverAllPairs(JsonObject oracle) {
    AurocLoss loss =
        AurocLoss.of(
            Oracle.numbers(oracle, "candidate"),
            Oracle.numbers(oracle, "approved"),
            positive(oracle));

    assertThat(loss.value()).isCloseTo(oracle.get("loss").getAsDouble(), within(1e-12));
    assertThat(loss.correlation()).isCloseTo(oracle.get("correlation").getAsDouble(), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theLimitsAreAtLeastStudentsWithDeLongsVariance(JsonObject oracle) {
    Interval interval =
        AurocLoss.of(
                Oracle.numbers(oracle, "candidate"),
                Oracle.numbers(oracle, "approved"),
                positive(oracle))
            .interval(0.95);
    double loss = oracle.get("loss").getAsDouble();
    int positives = 0;
    for (boolean one : positive(oracle)) {
      positives += one ? 1 : 0;
    }
    double reach =
        TDistribution.of(positives - 1).inverseSurvivalProbability(0.025)
            * Math.sqrt(oracle.get("variance").getAsDouble());

    assertThat(interval.upper()).isGreaterThanOrEqualTo(Math.min(1, loss + reach) - 1e-9);
    assertThat(interval.lower()).isLessThanOrEqualTo(Math.max(-1, loss - reach) + 1e-9);
  }

  @Test
  void equalRankingsLoseNothing() {
    double[] scores = {0.1, 0.7, 0.4, 0.9, 0.2, 0.6};
    double[] moved = {1, 70, 40, 90, 2, 60};
    boolean[] positive = {false, true, false, true, true, false};
    AurocLoss loss = AurocLoss.of(moved, scores, positive);

    assertThat(loss.value()).isZero();
    assertThat(loss.correlation()).isCloseTo(1, within(1e-12));
    assertThat(loss.interval(0.95).contains(0)).isTrue();
  }

  @Test
  void twoPerfectRankingsOfFewExamplesProveLittle() {
    boolean[] positive = {true, true, true, false, false, false};
    double[] first = {6, 5, 4, 3, 2, 1};
    double[] second = {9, 8, 4, 2, 1, 0};
    Interval interval = AurocLoss.of(second, first, positive).interval(0.95);

    // Each area is exact: 1 − 0.025^(1/3) below.
    assertThat(interval.upper()).isCloseTo(1 - Math.cbrt(0.025), within(1e-12));
    assertThat(interval.lower()).isCloseTo(-interval.upper(), within(1e-12));
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 10; i++) {
      int n = random.nextInt(6, 60);
      boolean[] positive = new boolean[n];
      for (int k = 0; k < n; k++) {
        positive[k] = k % 3 == 0;
      }
      double[] first = random.doubles(n).toArray();
      double[] second = new double[n];
      for (int k = 0; k < n; k++) {
        first[k] += positive[k] ? 0.6 : 0;
        second[k] = first[k] + random.nextDouble() / 2;
      }
      assertIntervalsAndPValuesAgree(
          AurocLoss.of(second, first, positive), -0.9, -0.1, 0, 0.01, random.nextDouble(), 0.9);
    }
  }

  /** Two normal scores; the loss is Φ(d₁/√2) − Φ(d₂/√2). The larger grid is in the benchmarks. */
  @ParameterizedTest(name = "{0} of {1}, correlation {4}")
  @CsvSource({
    "20, 80, 1, 1, 0",
    "20, 80, 3, 2, 0.9",
    "30, 120, 3, 3, 0.5",
    "30, 120, 2, 1.8, 0.9",
    "30, 120, 1, 0.5, 0"
  })
  void theIntervalCovers(
      int positives, int n, double separation, double ofCandidate, double correlation) {
    SplittableRandom random = new SplittableRandom(5);
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double truth =
        normal.cumulativeProbability(separation / Math.sqrt(2))
            - normal.cumulativeProbability(ofCandidate / Math.sqrt(2));
    int repetitions = 600;
    int covered = 0;
    for (int i = 0; i < repetitions; i++) {
      double[] approved = new double[n];
      double[] candidate = new double[n];
      boolean[] positive = new boolean[n];
      for (int k = 0; k < n; k++) {
        positive[k] = k < positives;
        double shared = Math.sqrt(correlation) * random.nextGaussian();
        double own = Math.sqrt(1 - correlation);
        approved[k] = shared + own * random.nextGaussian() + (positive[k] ? separation : 0);
        candidate[k] = shared + own * random.nextGaussian() + (positive[k] ? ofCandidate : 0);
      }
      covered += AurocLoss.of(candidate, approved, positive).interval(0.95).contains(truth) ? 1 : 0;
    }

    assertThat(Proportion.of(covered, repetitions).pValueBelow(0.935))
        .as("%d of %d intervals cover", covered, repetitions)
        .isGreaterThan(0.001);
  }

  /**
   * The candidate ranks as the approved model does, but sends a positive to the bottom with a small
   * probability r: the loss is r·A, and most samples show none of it. 97.5 % of the upper limits
   * have to hold.
   */
  @ParameterizedTest(name = "{0} positives and {1} negatives, separation {2}, a share of {3} falls")
  @CsvSource({
    "100, 100, 0.36, 0.01",
    "100, 400, 0.36, 0.01",
    "50, 200, 0.7, 0.02",
    "200, 200, 0.36, 0.005"
  })
  void theUpperLimitHoldsWhereLossesAreRareAndLarge(
      int positives, int negatives, double separation, double rare) {
    SplittableRandom random = new SplittableRandom(7);
    double truth =
        rare * NormalDistribution.of(0, 1).cumulativeProbability(separation / Math.sqrt(2));
    int repetitions = 200;
    int held = 0;
    for (int i = 0; i < repetitions; i++) {
      double[] approved = new double[positives + negatives];
      double[] candidate = new double[approved.length];
      boolean[] positive = new boolean[approved.length];
      for (int k = 0; k < approved.length; k++) {
        positive[k] = k < positives;
        approved[k] = random.nextGaussian() + (positive[k] ? separation : 0);
        candidate[k] = positive[k] && random.nextDouble() < rare ? -1000 : approved[k];
      }
      held += truth <= AurocLoss.of(candidate, approved, positive).interval(0.95).upper() ? 1 : 0;
    }

    assertThat(Proportion.of(held, repetitions).pValueBelow(0.975))
        .as("%d of %d upper limits hold", held, repetitions)
        .isGreaterThan(0.001);
  }

  @Test
  void equalRankingsProveNoMoreThanTheirNumberOfExamples() {
    int n = 40;
    double[] scores = new SplittableRandom(8).doubles(2 * n).toArray();
    boolean[] positive = new boolean[2 * n];
    for (int k = 0; k < n; k++) {
      positive[k] = true;
    }
    Interval interval = AurocLoss.of(scores, scores, positive).interval(0.95);

    // No placement of n fell: the mean fall is at most 1 − 0.025^(1/n), of either kind.
    double unseen = Math.sqrt(2) * (1 - Math.pow(0.025, 1.0 / n));
    assertThat(interval.upper()).isCloseTo(unseen, within(1e-9));
    assertThat(interval.lower()).isCloseTo(-unseen, within(1e-9));
  }

  @Test
  void tooFewOfAKindAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AurocLoss.of(
                    new double[] {1, 2, 3},
                    new double[] {1, 2, 3},
                    new boolean[] {true, false, false}))
        .withMessage("an AUROC needs two positives and two negatives, was given 1 and 2");
  }
}

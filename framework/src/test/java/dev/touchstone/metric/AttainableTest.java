package dev.touchstone.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Warning;
import dev.touchstone.statistics.Auprc;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttainableTest {

  /** Of {@code ofA} women and as many men as are left. */
  private static Dataset people(int women, int men) {
    int n = women + men;
    return Dataset.named("people")
        .features(FeatureStore.inMemory(new float[n], 1))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .column("sex", IntStream.range(0, n).mapToObj(i -> i < women ? "f" : "m").toList())
        .build();
  }

  @Test
  void groupsOfTwentyCannotShowAnErrorRateWithinFivePerCent() {
    assertThat(Attainable.rate(Bound.upper(0.05)).lack(people(20, 400).groupedBy("sex")))
        .hasValue(
            new Warning(
                Warning.CANNOT_PASS,
                "20 examples (sex=f) cannot show a value ≤ 0.05, whatever the model answers: that"
                    + " takes 72, of which none counts against the model; take more examples, take"
                    + " groups together with .withMerged(…), or allow more than 0.05"));
    assertThat(Attainable.rate(Bound.upper(0.05)).lack(people(72, 72).groupedBy("sex"))).isEmpty();
  }

  /** 0.95⁷² = .0249 and 0.95⁷¹ = .0262; .9³⁶ = .0225 and .9³⁵ = .0250; .99³⁶⁸ = .0248. */
  @ParameterizedTest
  @CsvSource({"0.05, 72", "0.1, 36", "0.01, 368", "0.5, 6"})
  void theFewestExamplesAreThoseOfTheExactTest(double tolerance, int fewest) {
    assertThat(Attainable.rate(Bound.upper(tolerance)).fewest()).hasValue(fewest);
    assertThat(Attainable.rate(Bound.lower(1 - tolerance)).fewest()).hasValue(fewest);
    assertThat(SampleSize.forErrorRateWithin(tolerance).fewest()).isEqualTo(fewest);
    assertThat(Proportion.of(0, fewest).interval(0.95).upper()).isLessThanOrEqualTo(tolerance);
    assertThat(Proportion.of(0, fewest - 1).interval(0.95).upper()).isGreaterThan(tolerance);
  }

  @Test
  void whatNoNumberOfExamplesShowsIsNotToldOne() {
    assertThat(Attainable.rate(Bound.upper(0)).lack(people(20, 20))).isEmpty();
    assertThat(Attainable.rate(Bound.lower(1)).lack(people(20, 20))).isEmpty();
    assertThat(Attainable.calibrationError(Bound.upper(0)).lack(people(20, 20))).isEmpty();
  }

  @Test
  void clustersOfNoStatedSizeAreRefusedElsewhere() {
    assertThat(Attainable.rate(Bound.upper(0.05)).lack(people(10, 10).clusteredBy("sex")))
        .isEmpty();
  }

  /** So many households of a size. */
  private static Dataset households(int number, int members) {
    int n = number * members;
    return Dataset.named("households")
        .features(FeatureStore.inMemory(new float[n], 1))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .column("household", IntStream.range(0, n).mapToObj(i -> "h" + i / members).toList())
        .build()
        .clusteredBy("household");
  }

  /** Of equal clusters, none larger, each counts as one example: .95⁷² = .0249. */
  @Test
  void equalClustersAreCountedAsExamplesAre() {
    Attainable errorRate = Attainable.rate(Bound.upper(0.05));
    assertThat(errorRate.lack(households(72, 2).withClustersOfAtMost(2))).isEmpty();
    assertThat(errorRate.lack(households(71, 2).withClustersOfAtMost(2)))
        .get()
        .satisfies(
            warning ->
                assertThat(warning.text())
                    .startsWith(
                        "142 examples in 71 clusters of at most 2 (overall) cannot show a value ≤"
                            + " 0.05, whatever the model answers: that takes 144 in 72 clusters of"
                            + " at most 2, of which none counts against the model; "));
    assertThat(Attainable.rate(Bound.lower(0.95)).lack(households(71, 2).withClustersOfAtMost(2)))
        .isPresent();
  }

  /** A cluster of ten that was not met leaves more room than one of two. */
  @Test
  void largerClustersThatMayComeTakeMoreExamples() {
    Attainable errorRate = Attainable.rate(Bound.upper(0.05));
    Warning warning = errorRate.lack(households(100, 2).withClustersOfAtMost(10)).orElseThrow();
    int clusters =
        Integer.parseInt(warning.text().replaceAll(".*that takes \\d+ in (\\d+) clusters.*", "$1"));
    for (int[] cell : new int[][] {{clusters - 1, 0}, {clusters, 1}}) {
      int[] sizes = new int[cell[0]];
      Arrays.fill(sizes, 2);
      assertThat(ClusteredProportion.of(new int[cell[0]], sizes, 10).interval(0.95).upper() <= 0.05)
          .isEqualTo(cell[1] == 1);
    }
  }

  /**
   * All n differences are −1, and one at 1 may come: the limit is 1 − 2·.025^(1/n), which is .0437
   * for five examples and −.0814 for six. The Brier score's differences reach twice as far.
   */
  @Test
  void fiveExamplesShowNoSmallIncrease() {
    for (int n : new int[] {5, 6}) {
      assertThat(lack(ErrorRate.withDefaults(), 0.04, n)).as("%d", n).isEqualTo(n == 5);
      assertThat(lack(ErrorRate.withDefaults(), 0.05, n)).as("%d", n).isFalse();
      assertThat(lack(BrierScore.withDefaults(), 0.08, n)).as("%d", n).isEqualTo(n == 5);
      assertThat(lack(BrierScore.withDefaults(), 0.09, n)).as("%d", n).isFalse();
      assertThat(lack(MeanLoss.of("euro", 10, 40, (p, label) -> 10), 1.3, n))
          .as("%d", n)
          .isEqualTo(n == 5);
      assertThat(lack(MeanLoss.of("euro", 10, 40, (p, label) -> 10), 1.4, n)).isFalse();
    }
  }

  private static boolean lack(ClassificationMetric metric, double tolerance, int examples) {
    return Attainable.regression(metric, Bound.upper(tolerance))
        .lack(people(examples / 2, examples - examples / 2))
        .isPresent();
  }

  /** Ten people, five of whom are no positives: an eleventh is the sixth. */
  @Test
  void onlyExamplesThatCanShowAFalsePositiveCount() {
    assertThat(
            Attainable.regression(FalsePositiveRate.ofClass(1), Bound.upper(0.01))
                .lack(people(5, 5)))
        .get()
        .satisfies(
            warning ->
                assertThat(warning.text())
                    .isEqualTo(
                        "10 examples (overall) cannot show a value ≤ 0.01, whatever the model"
                            + " answers: that takes 11, at each of which the candidate answers as"
                            + " well as can be and the approved model as badly; take more examples,"
                            + " take groups together with .withMerged(…), or allow more than"
                            + " 0.01"));
    assertThat(
            Attainable.regression(FalsePositiveRate.ofClass(1), Bound.upper(0.01))
                .lack(people(6, 6)))
        .isEmpty();
  }

  /** No flip among n: Clopper and Pearson's, as of an error rate. */
  @Test
  void flipsTakeAsManyExamplesAsErrors() {
    assertThat(lack(NegativeFlips.withDefaults(), 0.05, 71)).isTrue();
    assertThat(lack(NegativeFlips.withDefaults(), 0.05, 72)).isFalse();
  }

  /** Groups that cannot carry a metric are told so by the check, as before. */
  @Test
  void whatCannotBeJudgedIsNoMatterOfNumbers() {
    Dataset women = people(4, 40).groupedBy("sex");
    assertThat(Attainable.regression(AreaUnderRoc.ofClass(7), Bound.upper(0.01)).lack(women))
        .isEmpty();
    assertThat(Attainable.regression(Calibration.withDefaults(), Bound.upper(0.01)).lack(women))
        .isEmpty();
    assertThat(
            Attainable.regression(AreaUnderRoc.ofClass(1), Bound.upper(0.01))
                .lack(people(1, 40).groupedBy("sex")))
        .isEmpty();
  }

  /**
   * Of every pair of rankings of a few positives and negatives, ties included, none has a lower
   * limit of the loss than the best against the worst.
   */
  @ParameterizedTest
  @CsvSource({"2, 2", "2, 3", "3, 2"})
  void noRankingsHaveALowerLimitThanTheBestAgainstTheWorst(int positives, int negatives) {
    int n = positives + negatives;
    boolean[] positive = new boolean[n];
    Arrays.fill(positive, 0, positives, true);
    double[] best = new double[n];
    Arrays.fill(best, 0, positives, 1);
    double[] worst = new double[n];
    Arrays.fill(worst, positives, n, 1);
    double least = AurocLoss.of(best, worst, positive).interval(0.95).upper();
    List<double[]> rankings = rankings(n, n == 4 ? 4 : 2);
    for (double[] candidate : rankings) {
      for (double[] approved : rankings) {
        assertThat(AurocLoss.of(candidate, approved, positive).interval(0.95).upper())
            .as("%s after %s", Arrays.toString(candidate), Arrays.toString(approved))
            .isGreaterThanOrEqualTo(least - 1e-9);
      }
    }
  }

  /** All rankings with ties of at most so many ranks. */
  private static List<double[]> rankings(int examples, int ranks) {
    return IntStream.range(0, (int) Math.pow(ranks, examples))
        .mapToObj(
            code ->
                IntStream.range(0, examples)
                    .mapToObj(i -> (double) (code / (int) Math.pow(ranks, i) % ranks))
                    .toList())
        // Equal rankings are told by the ranks that they use: 0, 1, … without a gap.
        .filter(
            scores ->
                scores.stream().distinct().count()
                    == 1 + scores.stream().mapToDouble(score -> score).max().orElseThrow())
        .map(scores -> scores.stream().mapToDouble(score -> score).toArray())
        .toList();
  }

  /** A few positives show no small loss, however many others there are. */
  @Test
  void anAurocLossTakesPositives() {
    Dataset rare =
        Dataset.named("rare")
            .features(FeatureStore.inMemory(new float[103], 1))
            .labels(IntStream.range(0, 103).map(i -> i < 3 ? 1 : 0).toArray())
            .classNames(List.of("no", "yes"))
            .build();
    Warning warning =
        Attainable.regression(AreaUnderRoc.ofClass(1), Bound.upper(0.05)).lack(rare).orElseThrow();
    assertThat(warning.kind()).isEqualTo(Warning.CANNOT_PASS);
    int enough = Integer.parseInt(warning.text().replaceAll(".*that takes (\\d+), .*", "$1"));
    assertThat(bestLoss(enough - 1)).isGreaterThan(0.05);
    assertThat(bestLoss(enough)).isLessThanOrEqualTo(0.05);
  }

  /** Examples without any answer that is wrong leave much open where positives are few. */
  @Test
  void anAveragePrecisionTakesPositives() {
    Dataset rare =
        Dataset.named("rare")
            .features(FeatureStore.inMemory(new float[60], 1))
            .labels(IntStream.range(0, 60).map(i -> i < 6 ? 1 : 0).toArray())
            .classNames(List.of("no", "yes"))
            .build();
    Warning warning =
        Attainable.value(AveragePrecision.ofClass(1), Bound.lower(0.7)).lack(rare).orElseThrow();
    int enough = Integer.parseInt(warning.text().replaceAll(".*that takes (\\d+), .*", "$1"));
    assertThat(bestPrecision(enough - 1)).isLessThan(0.7);
    assertThat(bestPrecision(enough)).isGreaterThanOrEqualTo(0.7);
  }

  /** The largest limit of so many examples, of every 60 of which the first six are positive. */
  private static double bestPrecision(int examples) {
    boolean[] positive = new boolean[examples];
    double[] best = new double[examples];
    for (int i = 0; i < examples; i++) {
      positive[i] = i % 60 < 6;
      best[i] = positive[i] ? 1 : 0;
    }
    return Auprc.of(best, positive).interval(0.95).lower();
  }

  /** The least limit of so many examples, of every 103 of which the first three are positive. */
  private static double bestLoss(int examples) {
    boolean[] positive = new boolean[examples];
    double[] best = new double[examples];
    double[] worst = new double[examples];
    for (int i = 0; i < examples; i++) {
      positive[i] = i % 103 < 3;
      best[i] = positive[i] ? 1 : 0;
      worst[i] = 1 - best[i];
    }
    return AurocLoss.of(best, worst, positive).interval(0.95).upper();
  }

  /** (z² + ½)/.05 = 86.8. */
  @Test
  void aCalibrationErrorTakesItsOwnNumber() {
    assertThat(Attainable.calibrationError(Bound.upper(0.05)).lack(people(20, 20)))
        .get()
        .satisfies(
            warning ->
                assertThat(warning.text())
                    .startsWith("40 examples (overall) cannot show a value ≤ 0.05")
                    .contains("of answers that are all certain and right, 87"));
    for (int n : new int[] {86, 87}) {
      double[] certain = new double[n];
      boolean[] right = new boolean[n];
      Arrays.fill(certain, 1);
      Arrays.fill(right, true);
      assertThat(CalibrationError.isWithin(0.05, new Confidences(certain, right), 10, 0.95))
          .isEqualTo(n == 87);
    }
  }

  @Test
  void noOutcomesLimitLiesBelowTheLeast() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 60; i++) {
      int n = random.nextInt(1, 80);
      double[] said = random.doubles(n).map(u -> Math.rint(u * 10) / 10).toArray();
      boolean[] right = new boolean[n];
      for (int k = 0; k < n; k++) {
        right[k] = random.nextDouble() < said[k];
      }
      assertThat(CalibrationError.of(new Confidences(said, right), 10).interval(0.95).upper())
          .isGreaterThanOrEqualTo(Math.min(1, CalibrationError.leastUpperLimit(n, 0.95)));
    }
  }
}

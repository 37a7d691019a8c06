package dev.touchstone.calibration;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Proportion;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationErrorTest {

  private static double error(int bins, double[] confidence, boolean... cameTrue) {
    return CalibrationError.of(new Confidences(confidence, cameTrue), bins).value();
  }

  static Stream<JsonObject> oracle() throws Exception {
    try (InputStream in = CalibrationErrorTest.class.getResourceAsStream("oracle.json");
        Reader reader = new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonArray().asList().stream()
          .map(JsonElement::getAsJsonObject);
    }
  }

  @ParameterizedTest
  @MethodSource("oracle")
  void theErrorIsThatOfNumPyWithRightClosedBins(JsonObject oracle) {
    double[] confidence =
        oracle.getAsJsonArray("confidence").asList().stream()
            .mapToDouble(JsonElement::getAsDouble)
            .toArray();
    boolean[] correct = new boolean[confidence.length];
    List<JsonElement> given = oracle.getAsJsonArray("correct").asList();
    for (int i = 0; i < correct.length; i++) {
      correct[i] = given.get(i).getAsBoolean();
    }

    assertThat(error(oracle.get("bins").getAsInt(), confidence, correct))
        .isCloseTo(oracle.get("error").getAsDouble(), within(1e-12));
  }

  @Test
  void theErrorIsTheWeightedGapOfTheBins() {
    // (0.5, 0.6]: 0.55 against 1/2, n = 2; (0.8, 0.9]: 0.85 against 1, n = 2.
    assertThat(error(10, new double[] {0.52, 0.58, 0.83, 0.87}, true, false, true, true))
        .isCloseTo(0.5 * 0.05 + 0.5 * 0.15, within(1e-12));
  }

  @Test
  void gapsOfOppositeSignsInOneBinCancelAndInTwoBinsDoNot() {
    double[] together = {0.75, 0.75, 0.75, 0.75};
    assertThat(error(10, together, true, true, true, false)).isZero();
    double[] apart = {0.75, 0.75, 0.85, 0.85};
    assertThat(error(10, apart, true, true, true, false)).isCloseTo(0.3, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 10, 15, 49, 100, 1000})
  void aConfidenceOnAnEdgeBelongsToTheBinBelow(int bins) {
    for (int m = 1; m <= bins; m++) {
      double edge = (double) m / bins;
      assertThat(binOf(edge, bins)).as("%s of %d", edge, bins).isEqualTo(m - 1);
      assertThat(binOf(Math.min(1, edge + 9e-7), bins)).isEqualTo(m - 1);
      assertThat(binOf(edge - 9e-7, bins)).isEqualTo(m - 1);
      if (m < bins) {
        assertThat(binOf(edge + 1.1e-6, bins)).isEqualTo(m);
      }
    }
  }

  /** Votes of 20 or 30 trees, each a float as ONNX gives it, or added up as a forest does. */
  @ParameterizedTest
  @ValueSource(ints = {10, 20, 30, 50, 100, 300})
  void aShareOfVotesIsInTheSameBinHoweverItWasRounded(int votes) {
    for (int bins : new int[] {5, 10, 15, 20}) {
      float floatSum = 0;
      double doubleSum = 0;
      for (int k = 1; k <= votes; k++) {
        floatSum += 1f / votes;
        doubleSum += 1.0 / votes;
        int bin = (k * bins + votes - 1) / votes - 1;
        String where = k + "/" + votes + " in " + bins;
        assertThat(binOf((double) k / votes, bins)).as(where).isEqualTo(bin);
        assertThat(binOf((float) k / votes, bins)).as(where).isEqualTo(bin);
        assertThat(binOf(doubleSum, bins)).as(where).isEqualTo(bin);
        assertThat(binOf(Math.min(1, floatSum), bins)).as(where).isEqualTo(bin);
      }
    }
  }

  @Test
  void theErrorOfVoteSharesIsTheSameAsFloatAndAsDouble() {
    SplittableRandom random = new SplittableRandom(5);
    double[] said = new double[500];
    double[] asFloat = new double[500];
    boolean[] right = new boolean[500];
    for (int i = 0; i < 500; i++) {
      int votes = random.nextInt(11, 21);
      said[i] = votes / 20.0;
      asFloat[i] = (float) (votes / 20.0);
      right[i] = random.nextDouble() < said[i];
    }

    assertThat(error(10, asFloat, right)).isCloseTo(error(10, said, right), within(1e-7));
    assertThat(CalibrationError.of(new Confidences(asFloat, right), 10).interval(0.95).upper())
        .isCloseTo(
            CalibrationError.of(new Confidences(said, right), 10).interval(0.95).upper(),
            within(1e-4));
  }

  private static int binOf(double confidence, int bins) {
    Bins binned = Bins.of(new Confidences(new double[] {confidence}, new boolean[] {true}), bins);
    return IntStream.range(0, bins).filter(b -> binned.count(b) == 1).findFirst().orElseThrow();
  }

  @Test
  void zeroBelongsToTheFirstBinAndOneToTheLast() {
    assertThat(binOf(0, 10)).isZero();
    assertThat(binOf(1, 10)).isEqualTo(9);
  }

  @Test
  void aConfidenceThatRoundingLiftedAboveOneCountsAsOne() {
    assertThat(binOf(1 + 1e-12, 10)).isEqualTo(9);
    assertThat(error(10, new double[] {1 + 1e-12}, true)).isCloseTo(0, within(1e-11));
  }

  @Test
  void emptyBinsCountForNothing() {
    Bins bins =
        Bins.of(new Confidences(new double[] {0.95, 0.15}, new boolean[] {true, false}), 10);

    assertThat(bins.count(5)).isZero();
    assertThat(bins.confidence(5)).isZero();
    assertThat(bins.accuracy(5)).isZero();
    assertThat(bins.worstFirst()).containsExactly(1, 9);
    assertThat(bins.error()).isCloseTo((0.05 + 0.15) / 2, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void aConfidenceOutsideTheScaleIsRefused(double confidence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> error(10, new double[] {confidence}, true))
        .withMessage("a confidence must lie in [0, 1], was " + confidence);
  }

  @Test
  void noConfidencesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Confidences(new double[0], new boolean[0]))
        .withMessage("0 confidences and 0 outcomes");
  }

  @Test
  void certaintiesThatAllCameTrueProveNoMoreThanTheirNumber() {
    // The Poisson limit after no event, as Wilson's formula has it, and half an event.
    for (int n : new int[] {1, 10, 100, 1000}) {
      double[] certain = new double[n];
      boolean[] right = new boolean[n];
      Arrays.fill(certain, 1);
      Arrays.fill(right, true);
      CalibrationError error = CalibrationError.of(new Confidences(certain, right), 10);

      assertThat(error.value()).isZero();
      assertThat(error.interval(0.95).upper())
          .isCloseTo(Math.min(1, (0.5 + 1.959964 * 1.959964) / n), within(1e-6));
      assertThat(error.interval(0.95).lower()).isZero();
    }
  }

  @Test
  void certaintiesThatNeverCameTrueAreRefuted() {
    double[] certain = new double[200];
    Arrays.fill(certain, 1);
    Interval interval =
        CalibrationError.of(new Confidences(certain, new boolean[200]), 10).interval(0.95);

    assertThat(interval.upper()).isEqualTo(1);
    assertThat(interval.lower()).isGreaterThan(0.95);
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 12; i++) {
      int n = random.nextInt(1, 300);
      double shift = random.nextDouble(-0.2, 0.2);
      Confidences sample =
          sample(n, random, u -> 0.5 + u / 2, p -> Math.max(0, Math.min(1, p + shift)));
      CalibrationError error = CalibrationError.of(sample, 10);
      Interval interval = error.interval(0.95);
      assertIntervalsAndPValuesAgree(
          error,
          0,
          0.01,
          0.05,
          random.nextDouble() / 2,
          interval.lower() - 1e-7,
          interval.lower() + 1e-7,
          // The limit is exact to a thousandth of its reach.
          interval.upper() - 2e-3,
          interval.upper() + 2e-3,
          1);
    }
  }

  @Test
  void manySurprisesRefuteBeyondAnyNumberOfDraws() {
    double[] certain = new double[200];
    Arrays.fill(certain, 1);
    CalibrationError error = CalibrationError.of(new Confidences(certain, new boolean[200]), 10);

    assertThat(error.pValueAbove(0)).isLessThan(1e-9);
    assertThat(error.interval(0.999).lower()).isGreaterThan(0.9);
  }

  /** Of 2 examples at .5 neither or both come true with 1/2: then their noise is 1, else 0. */
  @Test
  void theNoiseOfABinIsThatOfItsCount() {
    Bins bins = Bins.of(new Confidences(new double[] {0.5, 0.5}, new boolean[] {true, false}), 10);
    BinNoise noise = BinNoise.of(bins);

    assertThat(noise.atLeast(0)).isEqualTo(1);
    assertThat(noise.atLeast(0.1)).isCloseTo(0.5, within(1e-9));
    assertThat(noise.atLeast(1)).isCloseTo(0.5, within(1e-9));
    assertThat(noise.atLeast(1.01)).isLessThan(1e-9);
  }

  @Test
  void theNoiseOfBinsIsTheSumOfTheirs() {
    // Two at .5: noise 0 or 1. Two certain and right, seen as 3/4: .5 with 15/16, 1.5 with 1/16.
    Bins bins =
        Bins.of(
            new Confidences(new double[] {0.5, 0.5, 1, 1}, new boolean[] {true, false, true, true}),
            10);
    BinNoise noise = BinNoise.of(bins);

    assertThat(noise.atLeast(1)).isCloseTo(0.5 + 0.5 / 16, within(1e-9));
    assertThat(noise.atLeast(2)).isCloseTo(0.5 / 16, within(1e-9));
    assertThat(noise.quantile(0.025)).isCloseTo(2.5, within(0.01));
  }

  /** One right answer at .51 among 29 certain ones was taken to show an error within .05. */
  @Test
  void thirtyExamplesShowNoErrorWithinFivePerCent() {
    double[] said = new double[30];
    boolean[] right = new boolean[30];
    Arrays.fill(said, 1);
    Arrays.fill(right, true);
    said[0] = 0.51;

    Interval interval = CalibrationError.of(new Confidences(said, right), 10).interval(0.95);

    assertThat(interval.upper()).isGreaterThan(0.14);
  }

  /** The populations that earlier limits failed on; more, and exactly, in the benchmarks. */
  @ParameterizedTest(name = "n = {0}: 1 is right, and {1} with weight {2} comes true with {3}")
  @CsvSource({
    "30, 0.51, 0.10204, 1",
    "50, 0.51, 0.10204, 1",
    "500, 0.51, 0.10204, 1",
    "50, 0.51, 0.09804, 0",
    "100, 0.9, 0.05556, 0",
    "100, 0.6, 0.125, 1"
  })
  void ofModelsExactlyAtTheToleranceFewPass(int n, double said, double weight, double truth) {
    double tolerance = weight * Math.abs(said - truth);
    SplittableRandom random = new SplittableRandom(10);
    int runs = 2000;
    int passed = 0;
    for (int run = 0; run < runs; run++) {
      double[] confidence = new double[n];
      boolean[] right = new boolean[n];
      for (int i = 0; i < n; i++) {
        boolean rare = random.nextDouble() < weight;
        confidence[i] = rare ? said : 1;
        right[i] = !rare || random.nextDouble() < truth;
      }
      Confidences sample = new Confidences(confidence, right);
      passed += CalibrationError.isWithin(tolerance, sample, 10, 0.95) ? 1 : 0;
    }

    assertThat(Proportion.of(passed, runs).pValueAbove(0.025))
        .as("%d of %d pass", passed, runs)
        .isGreaterThan(0.001);
  }

  /** Exactly, over all outcomes of one confidence: a false PASS and a false FAIL. */
  @ParameterizedTest(name = "n = {0}: {1} comes true with {2}")
  @CsvSource({
    "30, 0.58, 0.6, 0.02",
    "30, 0.34, 0.44, 0.1",
    "50, 0.93, 0.73, 0.2",
    "100, 0.9, 0.8, 0.1",
    "200, 1, 0.95, 0.05"
  })
  void ofOneConfidenceFewErrEitherWay(int n, double said, double truth, double tolerance) {
    BinomialDistribution cameTrue = BinomialDistribution.of(n, truth);
    double pass = 0;
    double fail = 0;
    for (int k = 0; k <= n; k++) {
      double[] confidence = new double[n];
      boolean[] right = new boolean[n];
      Arrays.fill(confidence, said);
      Arrays.fill(right, 0, k, true);
      Confidences sample = new Confidences(confidence, right);
      boolean passes = CalibrationError.isWithin(tolerance, sample, 10, 0.95);
      boolean fails = CalibrationError.of(sample, 10).pValueAbove(tolerance) < 0.025;
      pass += passes ? cameTrue.probability(k) : 0;
      fail += fails ? cameTrue.probability(k) : 0;
    }

    assertThat(pass).isLessThanOrEqualTo(0.025);
    assertThat(fail).isLessThanOrEqualTo(0.025);
  }

  /**
   * Rarely .9, and then always wrong: how often it is said is chance. Limits for given confidences
   * failed such models, which are exactly at the tolerance, in 14 to 18 %.
   */
  @ParameterizedTest(name = "n = {0}, tolerance {1}")
  @CsvSource({"500, 0.05", "2000, 0.05", "500, 0.1"})
  void ofModelsThatAreRarelyWrongButSureFewFail(int n, double tolerance) {
    SplittableRandom random = new SplittableRandom(12);
    int runs = 300;
    int failed = 0;
    for (int run = 0; run < runs; run++) {
      double[] confidence = new double[n];
      boolean[] right = new boolean[n];
      for (int i = 0; i < n; i++) {
        right[i] = random.nextDouble() >= tolerance / 0.9;
        confidence[i] = right[i] ? 1 : 0.9;
      }
      CalibrationError error = CalibrationError.of(new Confidences(confidence, right), 10);
      failed += error.pValueAbove(tolerance) < 0.025 ? 1 : 0;
    }

    assertThat(Proportion.of(failed, runs).pValueAbove(0.025))
        .as("%d of %d fail", failed, runs)
        .isGreaterThan(0.001);
  }

  @Test
  void whatChanceAddsToACalibratedModelsErrorIsTakenOff() {
    SplittableRandom random = new SplittableRandom(11);
    double raw = 0;
    double without = 0;
    for (int i = 0; i < 200; i++) {
      CalibrationError error = CalibrationError.of(sample(100, random, u -> u, p -> p), 10);
      raw += error.value() / 200;
      without += error.valueWithoutBias() / 200;
    }

    assertThat(raw).isGreaterThan(0.09);
    assertThat(without).isLessThan(0.03);
  }

  /** The name, examples, confidences from uniform numbers, what comes true of a confidence. */
  static Stream<Arguments> populations() {
    DoubleUnaryOperator topLabel = u -> 0.5 + Math.sqrt(u) / 2;
    DoubleUnaryOperator certain = u -> 1;
    DoubleUnaryOperator rare = u -> 0.02;
    DoubleUnaryOperator honest = p -> p;
    DoubleUnaryOperator threeTimesTooSure = p -> 1 / (1 + Math.cbrt((1 - p) / p));
    DoubleUnaryOperator tooModest = p -> Math.min(1, p + 0.05);
    return Stream.of(
        Arguments.of("calibrated, few", 100, topLabel, honest),
        Arguments.of("calibrated, many", 2000, topLabel, honest),
        Arguments.of("too sure, few", 100, topLabel, threeTimesTooSure),
        Arguments.of("too sure, many", 2000, topLabel, threeTimesTooSure),
        Arguments.of("too modest", 500, topLabel, tooModest),
        Arguments.of("certain and right 95 %, few", 60, certain, (DoubleUnaryOperator) p -> 0.95),
        Arguments.of("certain and right 95 %", 500, certain, (DoubleUnaryOperator) p -> 0.95),
        Arguments.of("certain and right 99 %", 500, certain, (DoubleUnaryOperator) p -> 0.99),
        Arguments.of("rare class, rarer than said", 300, rare, (DoubleUnaryOperator) p -> 0.06));
  }

  /**
   * One-sided coverage of either limit, 97.5 % asked for; refuted only where the repetitions show
   * less at the level of 0.1 %.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("populations")
  void theLimitsCover(
      String name, int n, DoubleUnaryOperator confidence, DoubleUnaryOperator truth) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    int repetitions = 1000;
    int above = 0;
    int below = 0;
    int repetitionsBelow = 250;
    for (int i = 0; i < repetitions; i++) {
      Confidences sample = sample(n, random, confidence, truth);
      double expected = trueError(sample.confidence(), truth);
      above += CalibrationError.isWithin(expected - 1e-9, sample, 10, 0.95) ? 0 : 1;
      if (i < repetitionsBelow) {
        below += CalibrationError.of(sample, 10).pValueAbove(expected) < 0.025 ? 0 : 1;
      }
    }

    assertThat(Proportion.of(above, repetitions).pValueBelow(0.975))
        .as("%d of %d true errors are at most the upper limit", above, repetitions)
        .isGreaterThan(0.001);
    assertThat(Proportion.of(below, repetitionsBelow).pValueBelow(0.975))
        .as("%d of %d true errors are at least the lower limit", below, repetitionsBelow)
        .isGreaterThan(0.001);
  }

  /**
   * The error of one model over that of another on the same examples, of which one interval is all
   * that was kept. Where a calibrated model became over-confident, limits recovered as for unbiased
   * and independent estimates held in 81 % only. 97 %, refuted only where 100 repetitions show less
   * at the level of 0.1 %.
   */
  @ParameterizedTest(name = "n = {0}, by {1} too sure against {2}")
  @CsvSource({
    "200, 0.1, 0",
    "1000, 0, 0",
    "1000, 0.1, 0",
    "1000, 0, 0.1",
    "1000, 0.05, -0.05",
    "1000, 0.1, 0.08"
  })
  void theLimitsOfTwoErrorsSubtractedCover(int n, double ofCandidate, double ofApproved) {
    SplittableRandom random = new SplittableRandom(9);
    int repetitions = 100;
    int above = 0;
    int below = 0;
    for (int i = 0; i < repetitions; i++) {
      double[] truth = random.doubles(n, 0.4, 0.9).toArray();
      boolean[] cameTrue = new boolean[n];
      for (int j = 0; j < n; j++) {
        cameTrue[j] = random.nextDouble() < truth[j];
      }
      CalibrationError candidate = tooSureBy(ofCandidate, truth, cameTrue);
      CalibrationError approved = tooSureBy(ofApproved, truth, cameTrue);
      Estimate kept =
          IndependentDifference.known(
              approved.value(), approved.interval(0.95), n, approved.unit());
      Interval interval = LimitDifference.of(candidate, kept).interval(0.95);
      // By constants, one sign in all bins: the true errors are the constants.
      double expected = Math.abs(ofCandidate) - Math.abs(ofApproved);
      above += expected <= interval.upper() ? 1 : 0;
      below += expected >= interval.lower() ? 1 : 0;
    }

    assertThat(Proportion.of(above, repetitions).pValueBelow(0.97))
        .as("%d of %d upper limits hold", above, repetitions)
        .isGreaterThan(0.001);
    assertThat(Proportion.of(below, repetitions).pValueBelow(0.97))
        .as("%d of %d lower limits hold", below, repetitions)
        .isGreaterThan(0.001);
  }

  private static CalibrationError tooSureBy(double excess, double[] truth, boolean[] cameTrue) {
    double[] confidence = Arrays.stream(truth).map(p -> p + excess).toArray();
    return CalibrationError.of(new Confidences(confidence, cameTrue), 10);
  }

  private static Confidences sample(
      int n, SplittableRandom random, DoubleUnaryOperator confidence, DoubleUnaryOperator truth) {
    double[] confidences = new double[n];
    boolean[] cameTrue = new boolean[n];
    for (int i = 0; i < n; i++) {
      confidences[i] = confidence.applyAsDouble(random.nextDouble());
      cameTrue[i] = random.nextDouble() < truth.applyAsDouble(confidences[i]);
    }
    return new Confidences(confidences, cameTrue);
  }

  /** The binned error of the population with these confidences. */
  private static double trueError(double[] confidence, DoubleUnaryOperator truth) {
    double[] gap = new double[10];
    for (double p : confidence) {
      gap[Math.max(0, (int) Math.ceil(p * 10) - 1)] += p - truth.applyAsDouble(p);
    }
    return Arrays.stream(gap).map(Math::abs).sum() / confidence.length;
  }
}

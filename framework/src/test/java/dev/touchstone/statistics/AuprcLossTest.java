package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuprcLossTest {

  static List<JsonObject> cases() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                AuprcLossTest.class.getResourceAsStream("average-precision-loss.json")),
            StandardCharsets.UTF_8)) {
      return Oracle.objects(JsonParser.parseReader(reader).getAsJsonArray());
    }
  }

  private static boolean[] firstOnes(int positives, int examples) {
    boolean[] positive = new boolean[examples];
    Arrays.fill(positive, 0, positives, true);
    return positive;
  }

  /** {@code metrics_oracle.py}; a standard error of the quantiles there and here is below .003. */
  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreScikitLearnsAndLimitsThoseOfOtherDraws(JsonObject of) {
    double[] candidate = Oracle.numbers(of, "candidate");
    double[] limits = Oracle.numbers(of, "limits");
    AuprcLoss loss =
        AuprcLoss.of(
            candidate,
            Oracle.numbers(of, "approved"),
            firstOnes(of.get("positives").getAsInt(), candidate.length));

    assertThat(loss.value()).isCloseTo(of.get("value").getAsDouble(), within(1e-12));
    assertThat(loss.interval(0.95).lower()).isCloseTo(limits[0], within(0.015));
    assertThat(loss.interval(0.95).upper()).isCloseTo(limits[1], within(0.015));
    assertIntervalsAndPValuesAgree(loss, -1, -0.5, -0.2, 0, 0.1, 0.3, 0.6, 1);
    assertThat(loss.pValueAbove(-1.1)).isZero();
    assertThat(loss.pValueBelow(1.1)).isZero();
  }

  /** Examples that are alike are counted: as often as they are, not once. */
  @Test
  void theLimitsOfTiesAreThoseOfNearlyTheSameScores() {
    SplittableRandom random = new SplittableRandom(1);
    int n = 400;
    double[] approved = new double[n];
    double[] candidate = new double[n];
    double[] nearly = new double[n];
    boolean[] positive = firstOnes(100, n);
    for (int i = 0; i < n; i++) {
      approved[i] = Math.floor(random.nextGaussian() + (positive[i] ? 2 : 0));
      candidate[i] = Math.floor(approved[i] + random.nextGaussian() / 2);
      // Negatives alone, so that no precision at the score of a positive changes by much.
      nearly[i] = approved[i] + (positive[i] ? 0 : -1e-9 * i);
    }
    Interval ties = AuprcLoss.of(candidate, approved, positive).interval(0.95);
    Interval reversed = AuprcLoss.of(approved, candidate, positive).interval(0.95);
    assertThat(reversed.lower()).isCloseTo(-ties.upper(), within(0.006));
    assertThat(reversed.upper()).isCloseTo(-ties.lower(), within(0.006));
    Interval same = AuprcLoss.of(approved, approved, positive).interval(0.95);
    Interval apart = AuprcLoss.of(approved, approved.clone(), positive).interval(0.95);
    assertThat(apart).isEqualTo(same);
    // The same ranking of positives among fewer negatives above: a gain, and no wider limits.
    Interval gain = AuprcLoss.of(nearly, approved, positive).interval(0.95);
    assertThat(gain.upper()).isLessThanOrEqualTo(same.upper());
    assertThat(gain.lower()).isLessThan(same.lower());
  }

  /** A share q of negatives that the candidate ranks first was not met in 2.5 % of samples. */
  @Test
  void whatWasNotMetIsLeftOpen() {
    double[] scores = new double[500];
    Arrays.setAll(scores, i -> -i);
    AuprcLoss same = AuprcLoss.of(scores, scores, firstOnes(50, 500));
    double f = 9 * (1 - Math.pow(0.025, 1 / 450.0));

    assertThat(same.value()).isZero();
    assertThat(same.interval(0.95).upper()).isBetween(f * Math.log1p(1 / f), 0.26);
    assertThat(same.interval(0.95).lower()).isBetween(-0.26, -f * Math.log1p(1 / f));
  }

  /** Where the rankings are much alike the limits lie nearer than those of both subtracted. */
  @Test
  void whatRankingsHaveInCommonCancelsOut() {
    SplittableRandom random = new SplittableRandom(2);
    double[] approved = new double[300];
    double[] candidate = new double[300];
    boolean[] positive = firstOnes(60, 300);
    for (int i = 0; i < 300; i++) {
      approved[i] = random.nextGaussian() + (positive[i] ? 1 : 0);
      candidate[i] = approved[i] + random.nextGaussian() / 5;
    }
    Interval paired = AuprcLoss.of(candidate, approved, positive).interval(0.95);
    Interval subtracted =
        LimitDifference.of(Auprc.of(approved, positive), Auprc.of(candidate, positive))
            .interval(0.95);
    assertThat(paired.upper() - paired.lower())
        .isLessThan(0.7 * (subtracted.upper() - subtracted.lower()));
  }

  /** The candidate sends some positives to the bottom, or some negatives to the top. */
  @ParameterizedTest
  @CsvSource({".1, 0", ".3, 0", "0, .02", "0, .1"})
  void limitsHold(double last, double first) {
    double truth = 0;
    int points = 20000;
    // Approved: all in order, .2 of the examples positive, so that the loss is 1 less the rest.
    for (int i = 0; i < points; i++) {
      double t = (i + 0.5) / points;
      truth += (1 - 0.2 * t / (0.2 * t + 0.8 * (t < 1 - last ? first : 1))) / points;
    }
    int below = 0;
    int above = 0;
    for (int run = 0; run < 200; run++) {
      SplittableRandom random = new SplittableRandom(run);
      double[] approved = new double[100];
      double[] candidate = new double[100];
      boolean[] positive = new boolean[100];
      for (int i = 0; i < 100; i++) {
        positive[i] = i == 0 || i > 1 && random.nextDouble() < 0.2;
        approved[i] = random.nextDouble() + (positive[i] ? 2 : 0);
        boolean moves = random.nextDouble() < (positive[i] ? last : first);
        candidate[i] = approved[i] + (moves ? (positive[i] ? -5 : 5) : 0);
      }
      AuprcLoss loss = AuprcLoss.of(candidate, approved, positive).repeated(1);
      below += loss.pValueAbove(truth) < 0.025 ? 1 : 0;
      above += loss.pValueBelow(truth) < 0.025 ? 1 : 0;
    }
    assertThat(below).isLessThanOrEqualTo(14);
    assertThat(above).isLessThanOrEqualTo(14);
  }

  @Test
  void moreExamplesLikeTheseHaveNearerLimits() {
    double[] approved = {9, 8, 5, 2, 7, 6, 4, 3, 1, 0};
    double[] candidate = {9, 3, 5, 2, 7, 6, 4, 8, 1, 0};
    AuprcLoss loss = AuprcLoss.of(candidate, approved, firstOnes(4, 10));
    Interval four = loss.repeated(4).interval(0.95);
    Interval sixteen = loss.repeated(16).interval(0.95);

    assertThat(loss.repeated(2.5).sampleSize()).isEqualTo(25);
    assertThat((sixteen.upper() - sixteen.lower()) / (four.upper() - four.lower()))
        .isBetween(0.35, 0.65);
  }

  @Test
  void whatMakesNoPairsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuprcLoss.of(new double[2], new double[3], firstOnes(1, 3)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuprcLoss.of(new double[3], new double[3], firstOnes(3, 3)));
  }
}

package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.influence.ReferenceData;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AurocTest {

  @Test
  void countsPairsInOrder() {
    // Pairs (positive, negative): .8>.7, .8>.1, .4<.7, .4>.1: three of four.
    Auroc auroc =
        Auroc.of(new double[] {0.8, 0.7, 0.4, 0.1}, new boolean[] {true, false, true, false});
    assertThat(auroc.value()).isEqualTo(0.75);
    // Placements 1, 1/2 and 1/2, 1: variances 1/8 each, divided by 2 each.
    assertThat(auroc.standardError()).isCloseTo(Math.sqrt(0.125), within(1e-15));
    assertThat(auroc.sampleSize()).isEqualTo(4);
  }

  @Test
  void agreesWithScikitLearnAndWithDeLongsSums() {
    for (JsonElement element : ReferenceData.json().getAsJsonArray("auroc")) {
      JsonObject expected = element.getAsJsonObject();
      double[] scores = ReferenceData.numbers(expected.get("scores"));
      Auroc auroc =
          Auroc.of(scores, firstOnes(expected.get("positives").getAsInt(), scores.length));
      assertThat(auroc.value()).isCloseTo(expected.get("area").getAsDouble(), within(1e-12));
      assertThat(auroc.standardError())
          .isCloseTo(expected.get("error").getAsDouble(), within(1e-12));
    }
  }

  @Test
  void atOneTheIntervalIsExact() {
    Auroc perfect =
        Auroc.of(
            new double[] {5, 4, 3, 2, 1, 0}, new boolean[] {true, true, true, false, false, false});
    Interval interval = perfect.interval(0.95);
    assertThat(interval.upper()).isEqualTo(1);
    // 0.025^(1/3): an area below it puts three disjoint pairs in order less than once in forty.
    assertThat(interval.lower()).isCloseTo(0.29240, within(1e-5));
    assertThat(perfect.pValueAbove(interval.lower())).isCloseTo(0.025, within(1e-12));
    assertThat(perfect.pValueBelow(0.999)).isEqualTo(1);
    assertThat(perfect.pValueAbove(1)).isEqualTo(1);
    Auroc reversed =
        Auroc.of(
            new double[] {0, 1, 2, 3, 4, 5}, new boolean[] {true, true, true, false, false, false});
    assertThat(reversed.interval(0.95).upper()).isCloseTo(1 - 0.29240, within(1e-5));
    assertThat(reversed.interval(0.95).lower()).isZero();
  }

  @Test
  void aConstantScoreSaysHalfAndKnowsLittle() {
    Auroc constant = Auroc.of(new double[20], firstOnes(10, 20));
    assertThat(constant.value()).isEqualTo(0.5);
    assertThat(constant.interval(0.95).lower()).isLessThan(0.3);
    assertThat(constant.interval(0.95).upper()).isGreaterThan(0.7);
  }

  /** 4 of 50 positives below 450 negatives, which all others exceed: a share of 46 of 50. */
  @Test
  void positivesThatRankLastAreCountedAsTheShareThatTheyAre() {
    double[] scores = new double[500];
    for (int i = 0; i < 500; i++) {
      scores[i] = i < 4 ? -1 : i < 50 ? 1 : 0;
    }
    Auroc auroc = Auroc.of(scores, firstOnes(50, 500));
    assertThat(auroc.value()).isCloseTo(0.92, within(1e-12));
    assertThat(auroc.interval(0.95).lower())
        .isCloseTo(Proportion.of(46, 50).interval(0.95).lower(), within(1e-9));
  }

  /** Where the scores overlap evenly, more is known than the largest variance allows for. */
  @Test
  void evenlySpreadScoresHaveTighterLimitsThanThatShare() {
    double[] scores = new double[500];
    for (int i = 0; i < 500; i++) {
      scores[i] = i < 50 ? 0.35 + i / 50.0 : (i - 50) / 450.0;
    }
    Auroc auroc = Auroc.of(scores, firstOnes(50, 500));
    Interval ofShare =
        new Interval(
            new BetaLimits(auroc.value(), 50).lower(0.025),
            new BetaLimits(auroc.value(), 50).upper(0.025),
            0.95);
    assertThat(auroc.interval(0.95).lower()).isGreaterThan(ofShare.lower() + 0.02);
    assertThat(auroc.interval(0.95).upper()).isLessThan(ofShare.upper() + 1e-9);
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 12; i++) {
      int m = random.nextInt(2, 20);
      int n = random.nextInt(2, 60);
      double[] scores = new double[m + n];
      for (int k = 0; k < scores.length; k++) {
        scores[k] = Math.rint(10 * (random.nextDouble() + (k < m ? 0.1 * i : 0))) / 10;
      }
      EstimateProperties.assertIntervalsAndPValuesAgree(
          Auroc.of(scores, firstOnes(m, m + n)), -0.1, 0, 0.3, 0.5, random.nextDouble(), 1, 1.1);
    }
  }

  /**
   * A share of the positives ranks below every negative, the others are binormal with an area: at
   * the truth, DeLong's limit on the logit scale lets 5 to 25 % pass.
   */
  @ParameterizedTest(name = "{0} and {1}, area {2} but for {3}")
  @CsvSource({
    "10, 90, 0.9, 0",
    "20, 80, 0.95, 0",
    "20, 80, 1, 0.05",
    "60, 60, 1, 0.05",
    "60, 60, 0.76, 0.1"
  })
  void theLowerLimitHolds(int m, int n, double area, double last) {
    double shift =
        area == 1
            ? 20
            : Math.sqrt(2) * NormalDistribution.of(0, 1).inverseCumulativeProbability(area);
    double truth = area * (1 - last);
    int repetitions = 200;
    int failed = 0;
    for (int repetition = 0; repetition < repetitions; repetition++) {
      SplittableRandom random = new SplittableRandom(repetition);
      double[] scores = new double[m + n];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextGaussian() + (i < m ? shift : 0);
        scores[i] = i < m && random.nextDouble() < last ? -1000 : scores[i];
      }
      failed += Auroc.of(scores, firstOnes(m, m + n)).pValueAbove(truth) < 0.025 ? 1 : 0;
    }
    assertThat(Proportion.of(failed, repetitions).pValueAbove(0.025))
        .as("%d of %d failed", failed, repetitions)
        .isGreaterThan(0.001);
  }

  @Test
  void anAreaNeedsBothKinds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Auroc.of(new double[] {1, 2, 3}, new boolean[] {true, false, false}))
        .withMessageContaining("was given 1 and 2");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Auroc.of(
                    new double[] {1, 2, Double.NaN, 3}, new boolean[] {true, false, false, true}));
  }

  private static boolean[] firstOnes(int ones, int length) {
    boolean[] flags = new boolean[length];
    for (int i = 0; i < ones; i++) {
      flags[i] = true;
    }
    return flags;
  }
}

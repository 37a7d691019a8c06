package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.runtime.RandomStreams;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
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

  @Test
  void pValuesAgreeWithTheInterval() {
    double[] scores = {9, 8, 3, 7, 6, 2, 5, 1, 4, 0};
    Auroc auroc = Auroc.of(scores, firstOnes(5, 10));
    Interval interval = auroc.interval(0.95);
    assertThat(auroc.pValueAbove(interval.lower())).isCloseTo(0.025, within(1e-9));
    assertThat(auroc.pValueBelow(interval.upper())).isCloseTo(0.025, within(1e-9));
    assertThat(auroc.pValueAbove(-0.1)).isZero();
    assertThat(auroc.pValueBelow(1.1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"60, 60, 0.7", "40, 160, 0.9", "100, 100, 0.8"})
  void ninetyFivePercentIntervalsCoverTheTruthThatOften(int m, int n, double area) {
    // Binormal scores with shift δ have the area Φ(δ/√2).
    double shift = Math.sqrt(2) * NormalDistribution.of(0, 1).inverseCumulativeProbability(area);
    int repetitions = 4000;
    int covered = 0;
    UniformRandomProvider random = new RandomStreams(11).of("auroc", m, n, area);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      double[] scores = new double[m + n];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = normal.sample() + (i < m ? shift : 0);
      }
      covered += Auroc.of(scores, firstOnes(m, m + n)).interval(0.95).contains(area) ? 1 : 0;
    }
    assertThat((double) covered / repetitions).isBetween(0.935, 0.965);
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

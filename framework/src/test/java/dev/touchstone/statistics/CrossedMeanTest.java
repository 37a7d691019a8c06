package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.runtime.RandomStreams;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossedMeanTest {

  @Test
  void agreesWithAnAnalysisOfVarianceByHand() {
    // Rows 1 2 6 and 3 6 9: means 3, 6 and 2, 4, 7.5, grand mean 4.5.
    // A = 3 · 2 · 1.5² / 1 = 13.5; B = 2 · (2.5² + 0.5² + 3²) / 2 = 15.5;
    // remainders ±0.5, ∓0.5, 0 in each row: E = 4 · 0.25 / 2 = 0.5.
    CrossedMean mean = CrossedMean.of(new double[][] {{1, 2, 6}, {3, 6, 9}});
    double variance = (13.5 + 15.5 - 0.5) / 6;
    double freedom = 28.5 * 28.5 / (13.5 * 13.5 + 15.5 * 15.5 / 2 + 0.25 / 2);
    double reach =
        TDistribution.of(freedom).inverseSurvivalProbability(0.025) * Math.sqrt(variance);
    assertThat(mean.value()).isEqualTo(4.5);
    assertThat(mean.interval(0.95).upper()).isCloseTo(4.5 + reach, within(1e-9));
    assertThat(mean.interval(0.95).lower()).isCloseTo(4.5 - reach, within(1e-9));
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    CrossedMean mean = CrossedMean.of(new double[][] {{1, 2, 6}, {3, 6, 9}});
    Interval interval = mean.interval(0.95);
    assertThat(mean.pValueAbove(interval.lower())).isCloseTo(0.025, within(1e-9));
    assertThat(mean.pValueBelow(interval.upper())).isCloseTo(0.025, within(1e-9));
  }

  /**
   * Two-sided coverage of the 95 % interval: at least 93.5 % wherever the variance lies. (At 4,000
   * tables the standard error is 0.34 %.) Measured: 94.1 % (60 % of cells missing) to 97.0 %, and
   * 98.4 % where neither examples nor draws differ at all.
   */
  @ParameterizedTest
  @CsvSource({
    "50, 5, 0, 1, 1, 0",
    "50, 5, 1, 0, 1, 0",
    "50, 5, 1, 1, 1, 0",
    "50, 5, 0, 0, 1, 0",
    "50, 5, 0.1, 0.1, 1, 0",
    "50, 5, 1, 0.2, 0.5, 0",
    "50, 10, 0.3, 0.3, 1, 0",
    "10, 5, 1, 1, 1, 0",
    "50, 5, 0.3, 0.5, 1, 0.4",
    "50, 5, 0.3, 0.1, 1, 0.6"
  })
  void coversTheMean(
      int examples, int draws, double ofExamples, double ofDraws, double rest, double missing) {
    UniformRandomProvider random =
        new RandomStreams(11).of("coverage", examples, draws, ofExamples, ofDraws, rest, missing);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    int covered = 0;
    int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
      double[] draw = new double[draws];
      for (int j = 0; j < draws; j++) {
        draw[j] = ofDraws * normal.sample();
      }
      double[][] table = new double[examples][draws];
      for (int i = 0; i < examples; i++) {
        double example = ofExamples * normal.sample();
        for (int j = 0; j < draws; j++) {
          double value = example + draw[j] + rest * normal.sample();
          table[i][j] = random.nextDouble() < missing ? Double.NaN : value;
        }
      }
      covered += CrossedMean.of(table).interval(0.95).contains(0) ? 1 : 0;
    }
    assertThat((double) covered / rounds).isGreaterThanOrEqualTo(0.935);
  }

  @Test
  void equalValuesHaveAnIntervalOfNoWidthThatRefutesAnyOther() {
    CrossedMean mean = CrossedMean.of(new double[][] {{1, 1}, {1, 1}, {1, 1}});
    assertThat(mean.interval(0.95).lower()).isEqualTo(1);
    assertThat(mean.interval(0.95).upper()).isEqualTo(1);
    assertThat(mean.pValueAbove(0.9)).isZero();
    assertThat(mean.pValueAbove(1)).isEqualTo(1);
    assertThat(mean.examplesToDecide(0.9, 0.95)).hasValue(3);
  }

  @Test
  void theMeanOfTheDrawStandsInForWhatIsMissing() {
    double[][] table = {{1, 10}, {3, 20}, {Double.NaN, 30}};
    assertThat(CrossedMean.of(table).value()).isEqualTo((2 + 20) / 2.0);
    assertThat(table[2][0]).isNaN();
  }

  @Test
  void noNumberOfExamplesDecidesWhatTheDrawsLeaveOpen() {
    // All of the variance lies between the draws: 0 and 1.
    CrossedMean mean = CrossedMean.of(new double[][] {{0, 1}, {0, 1}, {0, 1}});
    assertThat(mean.examplesToDecide(0.6, 0.95)).isEmpty();
  }

  @Test
  void moreExamplesDecideWhereTheyAreTheCauseOfDoubt() {
    CrossedMean mean = CrossedMean.of(new double[][] {{0, 0}, {1, 1}, {0, 0}, {1, 1}});
    assertThat(mean.examplesToDecide(0.6, 0.95).orElseThrow()).isGreaterThan(20);
  }

  @Test
  void aTableWithoutTwoOfEachIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> CrossedMean.of(new double[][] {{1, 2}}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossedMean.of(new double[][] {{1, 2}, {1}}))
        .withMessageContaining("the same draws");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossedMean.of(new double[][] {{1, Double.NaN}, {1, 2}}))
        .withMessageContaining("draw 1 has fewer than two");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossedMean.of(new double[][] {{1, Double.POSITIVE_INFINITY}, {1, 2}}))
        .withMessageContaining("finite");
  }
}

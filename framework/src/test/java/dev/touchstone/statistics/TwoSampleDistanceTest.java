package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwoSampleDistanceTest {

  /** By hand: at 2 three of four values are there, and one of five. */
  @Test
  void theDistanceAndItsPlaceAreByHand() {
    TwoSampleDistance distance = TwoSampleDistance.of(new double[] {1, 2, 2, 7}, 0, 3, 4, 5, 6);
    assertThat(distance.value()).isCloseTo(.75 - .2, within(1e-15));
    assertThat(distance.at()).isEqualTo(2);
    assertThat(distance.sampleSize()).isEqualTo(4);
  }

  @Test
  void zeroAndMinusZeroAreOneValue() {
    assertThat(TwoSampleDistance.of(new double[] {0.0, 1}, -0.0, 1).value()).isZero();
  }

  /** At the limits of the interval the p-values are its tails. */
  @Test
  void pValuesAgreeWithTheInterval() {
    double[] one = new double[400];
    double[] other = new double[300];
    Arrays.setAll(one, i -> i / 400.0);
    Arrays.setAll(other, i -> .5 + i / 300.0);
    TwoSampleDistance distance = TwoSampleDistance.of(one, other);
    Interval interval = distance.interval(.95);
    assertThat(distance.pValueAbove(interval.lower())).isCloseTo(.025, within(1e-12));
    assertThat(distance.pValueBelow(interval.upper())).isCloseTo(.025, within(1e-12));
    assertThat(distance.pValueAbove(distance.value())).isEqualTo(1);
    assertThat(distance.pValueBelow(distance.value())).isEqualTo(1);
    assertThat(distance.repeated(4).interval(.95).upper() - distance.value())
        .isCloseTo((interval.upper() - distance.value()) / 2, within(1e-12));
  }

  /**
   * Uniform against uniform moved by D, whose distance is D; and a coin against another, where all
   * values are tied.
   */
  @ParameterizedTest
  @CsvSource({"0, false", ".1, false", ".4, false", "0, true", ".1, true", ".4, true"})
  void theLimitsHold(double d, boolean tied) {
    SplittableRandom random = new SplittableRandom(5);
    int below = 0;
    int above = 0;
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      double[] one = new double[60];
      double[] other = new double[90];
      Arrays.setAll(one, i -> tied ? coin(random, .3) : random.nextDouble());
      Arrays.setAll(other, i -> tied ? coin(random, .3 + d) : random.nextDouble() + d);
      Interval interval = TwoSampleDistance.of(one, other).interval(.95);
      below += interval.upper() < d ? 1 : 0;
      above += interval.lower() > d ? 1 : 0;
    }
    // 2.5 % may miss on either side: 50 of 2,000, and 70 with a probability of .003.
    assertThat(below).isLessThanOrEqualTo(70);
    assertThat(above).isLessThanOrEqualTo(70);
  }

  private static double coin(SplittableRandom random, double p) {
    return random.nextDouble() < p ? 1 : 0;
  }

  @Test
  void nothingIsNoSample() {
    assertThatIllegalArgumentException().isThrownBy(() -> TwoSampleDistance.of(new double[0], 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TwoSampleDistance.of(new double[] {Double.NaN}, 1));
  }
}

package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against scipy.stats.ks_2samp(…, method="exact") of SciPy 1.17.1, and by counting. */
class KolmogorovSmirnovTest {
  private static final double[] SIX = {0.9, 0.8, 0.7, 0.6, 0.55, 0.5};

  @Test
  void pValuesAreSciPysExactOnes() {
    held(new double[] {0.1, 0.2, 0.3, 0.95, 0.15, 0.05}, 5.0 / 6, 0.025974025974025972);
    held(new double[] {0.1, 0.2, 0.3, 0.25, 0.15, 0.05}, 1, 0.0021645021645021645);
    held(new double[] {0.91, 0.81, 0.71, 0.61, 0.56, 0.02}, 1.0 / 6, 0.9999999999999998);
  }

  private static void held(double[] other, double statistic, double pValue) {
    assertThat(KolmogorovSmirnov.statistic(SIX, other)).isCloseTo(statistic, within(1e-15));
    assertThat(KolmogorovSmirnov.pValue(SIX, other)).isCloseTo(pValue, within(1e-12));
  }

  @Test
  void equalValuesAreOneStepOfBothDistributions() {
    assertThat(KolmogorovSmirnov.statistic(new double[] {1, 1, 2}, 1, 2, 2)).isEqualTo(1.0 / 3);
    assertThat(KolmogorovSmirnov.pValue(SIX, SIX)).isEqualTo(1);
  }

  @Test
  void ofSixFiveHaveToMoveAndThreeAreTooFewForAny() {
    assertThat(KolmogorovSmirnov.fewestMoved(6, 0.05)).hasValue(5);
    assertThat(KolmogorovSmirnov.fewestMoved(3, 0.05)).isEmpty();
    assertThat(KolmogorovSmirnov.fewestMoved(4, 0.05)).hasValue(4);
  }

  @Test
  void powerIsTheLevelWhereNothingMovesAndOneWhereAllDoes() {
    // Of six the level that can be had is 0.026; three standard errors of 10,000 draws.
    assertThat(KolmogorovSmirnov.power(6, 0, 0.05)).isCloseTo(0.026, within(0.005));
    assertThat(KolmogorovSmirnov.power(6, 6, 0.05)).isEqualTo(1);
    assertThat(KolmogorovSmirnov.power(6, 1, 0.05)).isLessThan(0.1);
  }

  @Test
  void samplesOfOneSizeAreNeeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KolmogorovSmirnov.statistic(SIX, 1, 2))
        .withMessageContaining("6 and 2");
  }
}

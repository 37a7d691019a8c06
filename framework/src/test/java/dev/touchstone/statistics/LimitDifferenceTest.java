package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitDifferenceTest {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double Z = NORMAL.inverseSurvivalProbability(0.025);

  private static Estimate known(double value, double lower, double upper) {
    return IndependentDifference.known(value, new Interval(lower, upper, 0.95), 100, "examples");
  }

  @Test
  void theLimitsAreTheFarthestApartThatBothIntervalsAllow() {
    LimitDifference difference = LimitDifference.of(known(0.3, 0.2, 0.45), known(0.1, 0.06, 0.2));

    assertThat(difference.value()).isCloseTo(0.2, within(1e-12));
    assertThat(difference.sampleSize()).isEqualTo(100);
    assertThat(difference.interval(0.95).lower()).isCloseTo(0, within(1e-12));
    assertThat(difference.interval(0.95).upper()).isCloseTo(0.39, within(1e-12));
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    EstimateProperties.assertIntervalsAndPValuesAgree(
        LimitDifference.of(known(0.3, 0.2, 0.45), known(0.1, 0.06, 0.2)), -0.2, 0, 0.1, 0.3, 0.5);
    EstimateProperties.assertIntervalsAndPValuesAgree(
        LimitDifference.of(Proportion.of(3, 70), Proportion.of(9, 70)), -0.5, -0.1, 0, 0.02, 0.3);
  }

  /**
   * Normal estimates with standard deviations 1 and 2: at correlation −1 coverage is that of the
   * intervals, 95 %, and with any other one it is more (standard error 0.22 %).
   */
  @ParameterizedTest
  @ValueSource(doubles = {-1, -0.5, 0, 0.9})
  void whateverTheCorrelationTheLimitsCover(double correlation) {
    SplittableRandom random = new SplittableRandom(11);
    int covered = 0;
    for (int run = 0; run < 10_000; run++) {
      double first = random.nextGaussian();
      double second =
          2
              * (correlation * first
                  + Math.sqrt(1 - correlation * correlation) * random.nextGaussian());
      Interval interval =
          LimitDifference.of(
                  known(first, first - Z, first + Z), known(second, second - 2 * Z, second + 2 * Z))
              .interval(0.95);
      covered += interval.contains(0) ? 1 : 0;
    }

    // The difference's standard deviation is √(1 + 4 − 4ρ), and the limits are 3·1.96 away.
    double expected = 1 - 2 * NORMAL.survivalProbability(3 * Z / Math.sqrt(5 - 4 * correlation));
    assertThat(expected).isGreaterThan(0.95 - 1e-12);
    assertThat(covered / 10_000.0).isCloseTo(expected, within(0.007));
  }
}

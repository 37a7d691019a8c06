package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class DistributionDistanceTest {
  private static final DoubleUnaryOperator UNIFORM =
      x -> Math.max(0, Math.min(1, 0.5 + x / (2 * Math.sqrt(3))));

  /** −3, −1, 1 and 3 lie in the middles of quarters of [−4, 4]: no scale is nearer than 1/8. */
  @Test
  void theNearestScaleIsFound() {
    DistributionDistance distance =
        DistributionDistance.toNearest(new double[] {1, -3, 3, -1}, List.of(UNIFORM));
    assertThat(distance.value()).isCloseTo(0.125, within(1e-5));
  }

  /** All of 1, 2, 3 and 4 are above 0, where every centred distribution has one half. */
  @Test
  void whatIsNotCentredIsFarFromEveryScale() {
    DistributionDistance distance =
        DistributionDistance.toNearest(new double[] {1, 2, 3, 4}, List.of(UNIFORM));
    assertThat(distance.value()).isGreaterThanOrEqualTo(0.5);
  }

  /** With n values a limit at tail α is √(ln(2/α) / 2n) away. */
  @Test
  void limitsAreThoseOfTheInequality() {
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.pow((i + 0.5) / 500 - 1, 3);
    }
    DistributionDistance distance = DistributionDistance.toNearest(values, List.of(UNIFORM));
    double reach = Math.sqrt(Math.log(2 / 0.025) / 2000);
    assertThat(reach).isCloseTo(0.046809, within(1e-6));
    Interval interval = distance.interval(0.95);
    assertThat(interval.lower()).isCloseTo(distance.value() - reach, within(1e-12));
    assertThat(interval.upper()).isCloseTo(distance.value() + reach, within(1e-12));
    assertThat(distance.pValueAbove(interval.lower())).isCloseTo(0.025, within(1e-9));
    assertThat(distance.pValueBelow(interval.upper())).isCloseTo(0.025, within(1e-9));
    assertThat(distance.pValueAbove(distance.value())).isEqualTo(1);
    assertThat(distance.pValueAbove(-0.1)).isZero();
    assertThat(distance.pValueBelow(1.1)).isZero();
  }

  /**
   * x³ of a uniform x: at y, F(y) = (1 + ∛y)/2, of which the nearest uniform one is found on a
   * grid.
   */
  @Test
  void manyValuesAreComparedAtSome() {
    double[] values = new double[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.pow((i + 0.5) / 50_000 - 1, 3);
    }
    DistributionDistance all = DistributionDistance.toNearest(values, List.of(UNIFORM));
    double between = 25.0 / 100_000;
    assertThat(all.value()).isBetween(ofCubes() - between, ofCubes() + 1e-4);
    assertThat(all.interval(0.95).upper() - all.value())
        .isCloseTo(between + Math.sqrt(Math.log(80) / 200_000), within(1e-9));
  }

  /** min over s of max over y of |∛y − y/s| / 2, on a grid. */
  private static double ofCubes() {
    double least = 1;
    for (double s = 0.2; s < 1.2; s += 1e-3) {
      double most = 0;
      for (double y = 0; y <= 1; y += 1e-4) {
        most = Math.max(most, Math.abs(Math.cbrt(y) - Math.min(1, y / s)) / 2);
      }
      least = Math.min(least, most);
    }
    return least;
  }

  @Test
  void limitsHoldWhereTheScaleIsFitted() {
    SplittableRandom random = new SplittableRandom(3);
    double truth = ofCubes();
    int failed = 0;
    for (int run = 0; run < 200; run++) {
      double[] values = random.doubles(300, -1, 1).map(v -> v * v * v).toArray();
      Interval interval = DistributionDistance.toNearest(values, List.of(UNIFORM)).interval(0.95);
      failed += interval.lower() <= truth && truth <= interval.upper() ? 0 : 1;
    }
    assertThat(failed).isLessThanOrEqualTo(12);
  }

  @Test
  void valuesThatHaveNoScaleAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DistributionDistance.toNearest(new double[3], List.of(UNIFORM)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> DistributionDistance.toNearest(new double[] {1, Double.NaN}, List.of(UNIFORM)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DistributionDistance.toNearest(new double[] {1, 2}, List.of()));
  }
}

package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SmallestEstimateTest {
  private static final Estimate FEW = Proportion.of(12, 40);
  private static final Estimate MANY = Proportion.of(30, 40);

  /** Shares counted the other way round have the largest where these have the smallest. */
  @Test
  void itIsTheLargestMirrored() {
    Estimate smallest = SmallestEstimate.of(List.of(FEW, MANY));
    Estimate largest = LargestEstimate.of(List.of(Proportion.of(28, 40), Proportion.of(10, 40)));
    assertThat(smallest.value()).isCloseTo(1 - largest.value(), within(1e-12));
    for (double bound : new double[] {0.1, 0.3, 0.5}) {
      assertThat(smallest.pValueAbove(bound))
          .isCloseTo(largest.pValueBelow(1 - bound), within(1e-9));
      assertThat(smallest.pValueBelow(bound))
          .isCloseTo(largest.pValueAbove(1 - bound), within(1e-9));
    }
    Interval interval = smallest.interval(0.95);
    Interval mirrored = largest.interval(0.95);
    assertThat(interval.lower()).isCloseTo(1 - mirrored.upper(), within(1e-9));
    assertThat(interval.upper()).isCloseTo(1 - mirrored.lower(), within(1e-9));
  }

  @Test
  void oneIsItselfAndNoneIsRefused() {
    assertThat(SmallestEstimate.of(List.of(FEW))).isSameAs(FEW);
    assertThatIllegalArgumentException().isThrownBy(() -> SmallestEstimate.of(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SmallestEstimate.of(List.of(FEW, Undetermined.because("none were asked", 3))));
  }
}

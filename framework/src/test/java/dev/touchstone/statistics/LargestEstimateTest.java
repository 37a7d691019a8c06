package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargestEstimateTest {
  private static final Estimate FEW = Proportion.of(6, 10);
  private static final Estimate MANY = Proportion.of(55, 100);

  @Test
  void theValueIsTheLargestOne() {
    assertThat(LargestEstimate.of(List.of(MANY, FEW)).value()).isEqualTo(.6);
    assertThat(LargestEstimate.of(List.of(MANY, FEW)).sampleSize()).isEqualTo(10);
  }

  /** By hand: the higher lower limit at half the error probability, the higher upper limit. */
  @Test
  void theLimitsMayComeFromDifferentOnes() {
    Interval interval = LargestEstimate.of(List.of(MANY, FEW)).interval(.95);

    assertThat(interval.lower()).isEqualTo(MANY.interval(.975).lower());
    assertThat(interval.upper()).isEqualTo(FEW.interval(.95).upper());
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    Estimate largest = LargestEstimate.of(List.of(MANY, FEW));
    Interval interval = largest.interval(.9);

    assertThat(largest.pValueAbove(interval.lower())).isCloseTo(.05, within(1e-9));
    assertThat(largest.pValueBelow(interval.upper())).isCloseTo(.05, within(1e-9));
    assertThat(largest.pValueAbove(.6)).isLessThanOrEqualTo(1);
  }

  @Test
  void oneAloneIsItself() {
    assertThat(LargestEstimate.of(List.of(FEW))).isSameAs(FEW);
  }

  @Test
  void whatIsUnknownIsRefused() {
    assertThatThrownBy(() -> LargestEstimate.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LargestEstimate.of(List.of(FEW, Undetermined.because("none", 0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Of four equal groups the one that looks worst is not worse: either limit errs in 2.5 %. */
  @ParameterizedTest
  @ValueSource(ints = {25, 60})
  void limitsHoldThoughTheLargestIsChosenByTheData(int n) {
    Random random = new Random(n);
    int draws = 4000;
    int above = 0;
    int below = 0;
    int naive = 0;
    for (int draw = 0; draw < draws; draw++) {
      List<Estimate> groups = new ArrayList<>();
      for (int group = 0; group < 4; group++) {
        int hits = 0;
        for (int i = 0; i < n; i++) {
          hits += random.nextDouble() < .3 ? 1 : 0;
        }
        groups.add(Proportion.of(hits, n));
      }
      Estimate largest = LargestEstimate.of(groups);
      above += largest.pValueAbove(.3) < .025 ? 1 : 0;
      below += largest.pValueBelow(.3) < .025 ? 1 : 0;
      naive += groups.stream().anyMatch(one -> one.pValueAbove(.3) < .025) ? 1 : 0;
    }
    // Three standard errors of a rate of .025 among so many draws.
    double most = .025 + 3 * Math.sqrt(.025 * .975 / draws);
    assertThat(above / (double) draws).isLessThan(most);
    assertThat(below / (double) draws).isLessThan(most);
    assertThat(naive / (double) draws).isGreaterThan(most);
  }
}

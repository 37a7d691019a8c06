package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class ReplicatedShareTest {
  private static int[] repeated(int times, int value) {
    int[] all = new int[times];
    Arrays.fill(all, value);
    return all;
  }

  private static double[] halves(int times) {
    double[] all = new double[times];
    Arrays.fill(all, 0.5);
    return all;
  }

  @Test
  void replicatesThatAgreeHaveClopperAndPearsonsPValuesAndOneMoreOfOne() {
    ReplicatedShare share = ReplicatedShare.of(0.4, repeated(99, 18), 20, halves(99));
    double exact = BinomialDistribution.of(20, 0.6).survivalProbability(17);
    assertThat(share.pValueAbove(0.1)).isCloseTo((1 + 99 * exact) / 100, within(1e-12));
    double below = BinomialDistribution.of(20, 0.95).cumulativeProbability(18);
    assertThat(share.pValueBelow(0.45)).isCloseTo((1 + 99 * below) / 100, within(1e-12));
  }

  @Test
  void limitsArePointsWhereThePValueIsTheTail() {
    ReplicatedShare share = ReplicatedShare.of(0.1, repeated(99, 12), 20, halves(99));
    Interval interval = share.interval(0.95);
    assertThat(share.pValueAbove(interval.lower())).isCloseTo(0.025, within(1e-6));
    assertThat(share.pValueBelow(interval.upper())).isCloseTo(0.025, within(1e-6));
  }

  @Test
  void replicatesThatDisagreeReachFurther() {
    int[] spread = repeated(100, 12);
    Arrays.fill(spread, 0, 50, 18);
    ReplicatedShare share = ReplicatedShare.of(0.25, spread, 20, halves(100));
    Interval one = ReplicatedShare.of(0.1, repeated(100, 12), 20, halves(100)).interval(0.95);
    Interval other = ReplicatedShare.of(0.4, repeated(100, 18), 20, halves(100)).interval(0.95);
    // Half of each: their tails at 5 % reach nearly as far as each one's own at 2.5 %.
    assertThat(share.interval(0.95).lower()).isBetween(one.lower(), one.lower() + 0.05);
    assertThat(share.interval(0.95).upper()).isBetween(other.upper() - 0.05, other.upper());
  }

  @Test
  void whatAllReplicatesCountReachesTheEndOfWhatAShareCanBe() {
    ReplicatedShare share = ReplicatedShare.of(0.5, repeated(100, 20), 20, halves(100));
    assertThat(share.interval(0.95).upper()).isCloseTo(0.5, within(1e-9));
    assertThat(share.interval(0.95).lower()).isBetween(0.3, 0.35);
    assertThat(share.pValueBelow(0.51)).isLessThan(0.025);
  }

  @Test
  void tooFewReplicatesAndCountsThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicatedShare.of(0, repeated(49, 1), 20, halves(49)))
        .withMessageContaining("at least 50");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicatedShare.of(0, repeated(50, 21), 20, halves(50)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicatedShare.of(1.5, repeated(50, 2), 20, halves(50)));
  }
}

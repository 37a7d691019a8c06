package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intervals of every kind stay in the range of their quantity. */
class RangeTest {
  private static final Range SIMILARITY = new Range(-1, 1);

  /** One of each kind, with values near the ends, where limits would leave the range. */
  private static List<Estimate> estimates(SplittableRandom random) {
    int n = random.nextInt(6, 40);
    double[] nearOne = random.doubles(n).map(u -> 1 - 0.002 * u * u).toArray();
    int[] sizes = random.ints(n, 1, 6).toArray();
    int[] events = IntStream.of(sizes).map(size -> random.nextInt(4) == 0 ? size : 0).toArray();
    double[] scores = random.doubles(2 * n).toArray();
    boolean[] positive = new boolean[2 * n];
    for (int i = 0; i < n; i++) {
      positive[i] = true;
      scores[i] += random.nextDouble() < 0.9 ? 1 : 0;
    }
    double[] others = random.doubles(2 * n).toArray();
    double[][] table = new double[n][3];
    for (double[] row : table) {
      row[0] = 0.99 + 0.01 * random.nextDouble();
      row[1] = 1;
      row[2] = 0.9 + 0.1 * random.nextDouble();
    }
    Proportion few = Proportion.of(random.nextInt(3), n);
    Proportion many = Proportion.of(n - random.nextInt(3), n);
    Auroc auroc = Auroc.of(scores, positive);
    List<Estimate> all = new ArrayList<>();
    all.add(few);
    all.add(many);
    all.add(MeanEstimate.within(Range.SHARE, nearOne));
    all.add(MedianEstimate.of(Range.SHARE, "plantings", nearOne));
    all.add(MedianEstimate.of(Range.SHARE, "plantings", nearOne).noNarrowerThan(0.99, 12));
    all.add(BoundedMean.of(nearOne, 0, 1));
    all.add(ClusteredProportion.of(events, sizes, 9));
    all.add(CrossedMean.within(SIMILARITY, table));
    all.add(auroc);
    all.add(AurocLoss.of(others, scores, positive));
    all.add(RateDifference.of(few, many));
    all.add(RateDifference.of(many, few));
    all.add(IndependentDifference.of(auroc, few));
    all.add(
        IndependentDifference.of(
                auroc,
                IndependentDifference.known(0.01, new Interval(0.001, 0.4, 0.95), n, "examples"))
            .within(SIMILARITY));
    all.add(LimitDifference.of(few, auroc));
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void intervalsStayInTheRangeOfTheirQuantity(int seed) {
    for (Estimate estimate : estimates(new SplittableRandom(seed))) {
      Range range = estimate.range();
      assertThat(range.least()).as(estimate.method()).isGreaterThan(Double.NEGATIVE_INFINITY);
      assertThat(range.most()).as(estimate.method()).isLessThan(Double.POSITIVE_INFINITY);
      for (double level : new double[] {0.5, 0.95, 0.999}) {
        Interval interval = estimate.interval(level);
        assertThat(range.contains(estimate.value())).as("%s", estimate).isTrue();
        assertThat(range.contains(interval.lower())).as("%s: %s", estimate, interval).isTrue();
        assertThat(range.contains(interval.upper())).as("%s: %s", estimate, interval).isTrue();
        assertThat(interval.contains(estimate.value())).as("%s: %s", estimate, interval).isTrue();
      }
      assertThat(estimate.pValueAbove(range.least() - 0.1)).as(estimate.method()).isZero();
      assertThat(estimate.pValueBelow(range.most() + 0.1)).as(estimate.method()).isZero();
      assertThat(estimate.pValueAbove(range.most())).as(estimate.method()).isGreaterThan(0.4);
      assertThat(estimate.pValueBelow(range.least())).as(estimate.method()).isGreaterThan(0.4);
    }
  }

  @Test
  void aDifferenceReachesFromTheLeastToTheMostThatItCanBe() {
    assertThat(Range.SHARE.minus(Range.SHARE)).isEqualTo(SIMILARITY);
    assertThat(new Range(0, 2).minus(Range.SHARE)).isEqualTo(new Range(-1, 2));
    assertThat(Range.UNBOUNDED.minus(Range.SHARE)).isEqualTo(Range.UNBOUNDED);
  }

  @Test
  void endsOutOfOrderAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Range(1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Range(0, Double.NaN));
  }
}

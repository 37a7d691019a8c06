package dev.touchstone.statistics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * By how much the average precision of a candidate falls short of that of an approved model, both
 * ranking the same examples.
 *
 * <p>The limits are those of {@link Auprc}, of draws that both rankings share: what an example
 * stands for is the same in both, so that what they have in common cancels out; what was not met, a
 * positive and a negative, stands where it is best for the one and worst for the other. That alone
 * keeps the limits apart where the rankings are the same: a negative in some hundreds that the
 * candidate ranks first, and the approved model last, would not have been met. How often they fail
 * was simulated (docs/statistics.md), not proven.
 */
public final class AuprcLoss implements Estimate {
  private static final Range RANGE = Range.SHARE.minus(Range.SHARE);
  private static final int MOST_DRAWS = 9_999;
  private static final int FEWEST_DRAWS = 999;

  /** So many examples are drawn at most before draws are fewer. */
  private static final int MOST_EXAMPLES_DRAWN = 40_000_000;

  private final double value;
  private final PairedRankings rankings;
  private final int draws;
  private final Map<Boolean, SortedDraws> drawn = new ConcurrentHashMap<>();

  private AuprcLoss(double value, PairedRankings rankings, int draws) {
    this.value = value;
    this.rankings = rankings;
    this.draws = draws;
  }

  /**
   * Estimates the loss between two rankings of the same examples.
   *
   * @param candidate scores of the model under test, the larger the more likely positive
   * @param approved scores of the other model, for the same examples in the same order
   * @throws IllegalArgumentException for NaN, lengths that differ, or no positive or no negative
   */
  public static AuprcLoss of(double[] candidate, double[] approved, boolean[] positive) {
    double loss = Auprc.of(approved, positive).value() - Auprc.of(candidate, positive).value();
    int draws =
        Math.max(
            FEWEST_DRAWS, Math.min(MOST_DRAWS, MOST_EXAMPLES_DRAWN / Math.max(1, positive.length)));
    return new AuprcLoss(loss, new PairedRankings(approved, candidate, positive), draws);
  }

  @Override
  public double value() {
    return value;
  }

  @Override
  public long sampleSize() {
    return rankings.size();
  }

  @Override
  public Range range() {
    return RANGE;
  }

  /** Positives and negatives alike. */
  @Override
  public AuprcLoss repeated(double times) {
    return new AuprcLoss(value, rankings.times(times), FEWEST_DRAWS);
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    return new Interval(
        Math.min(value, drawn(false).at(tail)), Math.max(value, -drawn(true).at(tail)), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < RANGE.least()) {
      return 0;
    }
    return bound >= value ? 1 : drawn(false).tailAt(bound);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > RANGE.most()) {
      return 0;
    }
    return bound <= value ? 1 : drawn(true).tailAt(-bound);
  }

  /** Of the lower limit, or of the upper one with the other sign: from −1 on. */
  private SortedDraws drawn(boolean upper) {
    return drawn.computeIfAbsent(
        upper,
        most ->
            SortedDraws.negated(
                most ? rankings.mostExcess(draws) : rankings.mostLack(draws),
                RANGE.least(),
                RANGE.most()));
  }

  @Override
  public String method() {
    return "Gaffke's limits of draws that both rankings share";
  }

  @Override
  public String toString() {
    return "average precision loss %s of %d examples".formatted(value, rankings.size());
  }
}

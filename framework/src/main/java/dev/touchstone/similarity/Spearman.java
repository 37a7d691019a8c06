package dev.touchstone.similarity;

import java.util.Arrays;
import org.apache.commons.statistics.ranking.NaNStrategy;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/** Spearman's rank correlation: Pearson's correlation of the ranks, equal values sharing theirs. */
public final class Spearman {
  private static final NaturalRanking RANKING =
      new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);

  private Spearman() {}

  /**
   * Returns the rank correlation of two maps, in [-1, 1]; NaN if one of them is constant, since a
   * constant map has no order.
   *
   * @throws IllegalArgumentException for maps of different lengths, fewer than two values, or a
   *     value that is NaN
   */
  public static double of(double[] a, double[] b) {
    Pairs.check(a, b, 2);
    return Pearson.of(RANKING.apply(a), RANKING.apply(b));
  }

  /** Returns whether a map has no order: all its values are equal. */
  public static boolean isConstant(double[] map) {
    return Arrays.stream(map).allMatch(value -> value == map[0]);
  }
}

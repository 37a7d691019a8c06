package dev.touchstone.concept;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/** Whether a score is one that random sets of examples could have as well. */
final class Significance {
  private static final double ROUNDING = 1e-12;

  private Significance() {}

  /**
   * What a vector's score is ranked by: its distance from ½, and where that is the same, as at 0
   * and 1, the size of the mean derivative along it.
   *
   * @param score the share of positive derivatives
   * @param mean of the derivatives along a vector of length 1
   */
  record Standing(double score, double mean) {

    static Standing of(int[] rows, double[] derivatives) {
      int rising = 0;
      double sum = 0;
      for (int row : rows) {
        rising += derivatives[row] > 0 ? 1 : 0;
        sum += derivatives[row];
      }
      return new Standing((double) rising / rows.length, sum / rows.length);
    }

    /** Whether it stands out at least as much as another; what rounding tells apart is alike. */
    boolean asFarAs(Standing other) {
      double further = Math.abs(score - 0.5) - Math.abs(other.score - 0.5);
      return Math.abs(further) > ROUNDING
          ? further > 0
          : Math.abs(mean) >= Math.abs(other.mean) * (1 - ROUNDING);
    }
  }

  /**
   * The p-value by rank: the share of sets, the concept's own among them, whose vector stands out
   * as much as the concept's. Exact where the concept's examples are drawn as the random ones are:
   * then every rank is as likely; ties count against significance.
   *
   * @param concept of one vector
   * @param random of one vector for each random set
   */
  static double byRank(Standing concept, List<Standing> random) {
    return (1.0 + asFar(concept, random)) / (random.size() + 1);
  }

  /** How many random sets' vectors stand out as much. */
  static int asFar(Standing concept, List<Standing> random) {
    return (int) random.stream().filter(of -> of.asFarAs(concept)).count();
  }

  /** The fewest random sets with which one of so many tests can be significant after Holm. */
  static int fewestRandomSets(int tests, double alpha) {
    // Against 800 that rounding made of 40/0.05.
    return (int) Math.ceil(tests / alpha - 1e-9) - 1;
  }

  /**
   * The published p-value: Student's two-sided t test of the scores of several vectors of one
   * concept and those of random sets, as if all were independent (Kim et al. 2018, section 3.5).
   */
  static double byTTest(double[] scores, double... random) {
    double meanA = mean(scores);
    double meanB = mean(random);
    double squares = squares(scores, meanA) + squares(random, meanB);
    double freedom = scores.length + random.length - 2.0;
    double error = Math.sqrt(squares / freedom * (1.0 / scores.length + 1.0 / random.length));
    if (error == 0) {
      return meanA == meanB ? 1 : 0;
    }
    return Math.min(
        1, 2 * TDistribution.of(freedom).survivalProbability(Math.abs(meanA - meanB) / error));
  }

  private static double mean(double... values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double squares(double[] values, double mean) {
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
  }
}

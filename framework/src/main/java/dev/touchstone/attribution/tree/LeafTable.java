package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.GaussLegendre;
import java.util.stream.IntStream;

/**
 * The Shapley values of one leaf, for every set of its path's columns that a row may pass.
 *
 * <p>A leaf is reached by a coalition S of present columns where each of the path's m distinct
 * columns passes: as the row has it inside S, as an absent row has it outside. Let U be the columns
 * that the row fails, and B those that the absent row passes, of weight w(B). The leaf's worth for
 * S is {@code Σ w(B)} over the B ⊇ U for which S holds the complement of B and nothing of U, and by
 * Owen's multilinear extension (1972) the Shapley value is an integral of its derivative along the
 * diagonal:
 *
 * <ul>
 *   <li>of i that the row passes: {@code ∫ Σ_{B ⊇ U, i ∉ B} w(B) t^(s−1) (1−t)^r dt},
 *   <li>of i that it fails: {@code −∫ Σ_{B ⊇ U} w(B) t^s (1−t)^(r−1) dt},
 * </ul>
 *
 * <p>with s = m − |B| and r = |U|. These are polynomials of degree m − 1 in t, for which ⌈m/2⌉
 * Gauss-Legendre points are exact. Sums over supersets are made for all U at once, in m steps.
 */
final class LeafTable {
  private static final int MOST_COLUMNS = 30;

  private static final GaussLegendre[] RULES =
      IntStream.rangeClosed(0, MOST_COLUMNS)
          .mapToObj(m -> GaussLegendre.ofPoints(Math.max(1, (m + 1) / 2)))
          .toArray(GaussLegendre[]::new);

  private LeafTable() {}

  /**
   * Returns the Shapley values of a leaf that is worth 1.
   *
   * @param weights 2ᵐ: of each set of columns that an absent row may pass, adding up to at most 1
   * @param m the number of distinct columns on the path
   * @return m · 2ᵐ: for each column, by its place, its value for each set of columns that the row
   *     passes
   */
  static double[] of(double[] weights, int m) {
    int sets = 1 << m;
    int all = sets - 1;
    double[] passing = new double[sets];
    double[] passingWithout = new double[sets];
    double[] failing = new double[sets];
    double[] sums = new double[sets];
    GaussLegendre rule = RULES[m];
    double[] present = new double[m + 1];
    double[] absent = new double[m + 1];
    for (int k = 0; k < rule.places().length; k++) {
      double t = rule.places()[k];
      powers(t, present);
      powers(1 - t, absent);
      for (int b = 0; b < all; b++) {
        sums[b] = weights[b] * present[m - Integer.bitCount(b) - 1];
      }
      // A row that passes all columns leaves nothing to those that are present.
      sums[all] = 0;
      addSupersets(sums, m);
      for (int u = 0; u < sets; u++) {
        int r = Integer.bitCount(u);
        passing[u] += rule.weights()[k] * absent[r] * sums[u];
        if (r > 0) {
          double share = rule.weights()[k] * absent[r - 1] * sums[u];
          passingWithout[u] += share;
          failing[u] += t * share;
        }
      }
    }
    double[] table = new double[m * sets];
    for (int u = 0; u < sets; u++) {
      int r = Integer.bitCount(u);
      double failed = r == 0 ? 0 : -failing[u] - weights[all] / r;
      int passed = all & ~u;
      for (int i = 0; i < m; i++) {
        int bit = 1 << i;
        table[(i << m) + passed] = (u & bit) == 0 ? passing[u] - passingWithout[u | bit] : failed;
      }
    }
    return table;
  }

  private static void powers(double of, double[] powers) {
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * of;
    }
  }

  /** Makes of each set's number the sum over the sets that hold it. */
  private static void addSupersets(double[] sums, int m) {
    for (int bit = 1; bit < 1 << m; bit <<= 1) {
      for (int from = 0; from < sums.length; from += 2 * bit) {
        for (int u = from; u < from + bit; u++) {
          sums[u] += sums[u + bit];
        }
      }
    }
  }
}

package dev.touchstone.model;

import dev.touchstone.statistics.Probabilities;
import java.util.Arrays;

/**
 * What rows of raw outputs could be, whatever they were declared to be.
 *
 * @param probabilities whether each row could be probabilities of the classes
 * @param logarithms whether each row could be logarithms of such
 * @param whole whether each number is a whole one, as in votes that are all or nothing, which tell
 *     nothing of their kind
 * @param saturated how many of the rows are one number of which a sigmoid leaves nothing but 0 or 1
 */
record Resemblance(boolean probabilities, boolean logarithms, boolean whole, int saturated) {
  /** Of no rows. */
  static final Resemblance ANYTHING = new Resemblance(true, true, true, 0);

  /** Of rows of which nothing is known but that they are probabilities now. */
  static final Resemblance UNKNOWN = new Resemblance(false, false, false, 0);

  static Resemblance of(double[][] raw) {
    Resemblance all = ANYTHING;
    for (double[] row : raw) {
      all =
          all.and(
              new Resemblance(
                  areProbabilities(row),
                  areProbabilities(Arrays.stream(row).map(Math::exp).toArray()),
                  Arrays.stream(row).allMatch(value -> value == Math.rint(value)),
                  isSaturated(row) ? 1 : 0));
    }
    return all;
  }

  Resemblance and(Resemblance other) {
    return new Resemblance(
        probabilities && other.probabilities,
        logarithms && other.logarithms,
        whole && other.whole,
        saturated + other.saturated);
  }

  private static boolean isSaturated(double[] row) {
    return row.length == 1 && 1 / (1 + Math.exp(-Math.abs(row[0]))) == 1;
  }

  private static boolean areProbabilities(double[] row) {
    return Arrays.stream(row).allMatch(Probabilities::isProbability)
        && (row.length == 1 || Probabilities.isSum(Arrays.stream(row).sum()));
  }

  /** The kind of outputs that the rows look like most. */
  OutputKind kind() {
    return probabilities
        ? OutputKind.PROBABILITIES
        : logarithms ? OutputKind.LOG_PROBABILITIES : OutputKind.LOGITS;
  }
}

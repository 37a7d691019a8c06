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
 */
record Resemblance(boolean probabilities, boolean logarithms, boolean whole) {
  /** Of no rows. */
  static final Resemblance ANYTHING = new Resemblance(true, true, true);

  /** Of rows of which nothing is known but that they are probabilities now. */
  static final Resemblance UNKNOWN = new Resemblance(false, false, false);

  static Resemblance of(double[][] raw) {
    Resemblance all = ANYTHING;
    for (double[] row : raw) {
      all =
          all.and(
              new Resemblance(
                  areProbabilities(row),
                  areProbabilities(Arrays.stream(row).map(Math::exp).toArray()),
                  Arrays.stream(row).allMatch(value -> value == Math.rint(value))));
    }
    return all;
  }

  Resemblance and(Resemblance other) {
    return new Resemblance(
        probabilities && other.probabilities, logarithms && other.logarithms, whole && other.whole);
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

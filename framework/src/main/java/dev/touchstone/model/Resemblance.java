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
record Reading(boolean probabilities, boolean logarithms, boolean whole) {
  /** Of no rows. */
  static final Reading ANYTHING = new Reading(true, true, true);

  /** Of rows of which nothing is known but that they are probabilities now. */
  static final Reading UNKNOWN = new Reading(false, false, false);

  static Reading of(double[][] raw) {
    Reading all = ANYTHING;
    for (double[] row : raw) {
      all =
          all.and(
              new Reading(
                  areProbabilities(row),
                  areProbabilities(Arrays.stream(row).map(Math::exp).toArray()),
                  Arrays.stream(row).allMatch(value -> value == Math.rint(value))));
    }
    return all;
  }

  Reading and(Reading other) {
    return new Reading(
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

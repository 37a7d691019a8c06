package dev.touchstone.samples.gallery;

import dev.touchstone.evidence.Outcome;

/**
 * What an assertion said about one specimen: a line of {@code gallery.csv}.
 *
 * @param expected PASS or FAIL, as in the matrix
 * @param demanded whether another outcome is an error of the gallery
 */
record Row(
    String bug,
    String model,
    long seed,
    String assertion,
    Outcome expected,
    boolean demanded,
    Outcome outcome) {
  static final String HEADER = "bug,model,seed,assertion,expected,outcome";

  String toCsv() {
    return String.join(
        ",", bug, model, Long.toString(seed), assertion, expected.name(), outcome.name());
  }

  /**
   * Whether a bug was not caught, or a healthy model accused, where that is demanded; neither
   * counts as the other.
   */
  boolean isUnmet() {
    return demanded
        && (expected == Outcome.FAIL ? outcome != Outcome.FAIL : outcome == Outcome.FAIL);
  }
}

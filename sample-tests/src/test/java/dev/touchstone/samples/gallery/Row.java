package dev.touchstone.samples.gallery;

import dev.touchstone.evidence.Outcome;

/**
 * What an assertion said about one specimen: a line of {@code gallery.csv}.
 *
 * @param expected "PASS", "FAIL" or empty, as in the matrix
 */
record Row(
    String bug, String model, long seed, String assertion, String expected, Outcome outcome) {
  static final String HEADER = "bug,model,seed,assertion,expected,outcome";

  String toCsv() {
    return String.join(
        ",", bug, model, Long.toString(seed), assertion, expected, outcome.toString());
  }
}

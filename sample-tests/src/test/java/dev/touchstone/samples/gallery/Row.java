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

  /**
   * Reads a line of {@code gallery.csv} back.
   *
   * @throws IllegalArgumentException for a cell that the matrix does not have
   */
  static Row ofCsv(String line, Matrix matrix) {
    String[] parts = line.split(",", -1);
    Matrix.Cell cell = matrix.of(parts[0], parts[3]);
    return new Row(
        parts[0],
        parts[1],
        Long.parseLong(parts[2]),
        parts[3],
        cell.expected(),
        cell.isDemanded(),
        Outcome.valueOf(parts[5]));
  }

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

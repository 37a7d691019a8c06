package dev.touchstone.samples.gallery;

import dev.touchstone.evidence.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The committed matrix: which assertion has to say what about which bug. */
final class Matrix {
  private static final String FILE = "/gallery-matrix.csv";

  private final List<Cell> cells;

  private Matrix(List<Cell> cells) {
    this.cells = cells;
  }

  /**
   * One cell.
   *
   * @param expected PASS for a healthy model, FAIL for a bug
   * @param edition which asks
   */
  record Cell(String bug, String assertion, Outcome expected, Edition edition) {
    /** Whether another outcome is an error of the gallery. */
    boolean isDemanded() {
      return edition != Edition.COUNTED;
    }
  }

  /** Who asks a cell, and whether it has to be as expected. */
  enum Edition {
    /** The quick edition, too. */
    EVERY,
    /** The full one alone, as of weaker doses. */
    FULL,
    /**
     * The full one, which tallies the cell and demands nothing: some seeds give a bug that does no
     * harm, or a healthy network that is not sound in this respect.
     */
    COUNTED
  }

  static Matrix read() {
    try (InputStream in = Objects.requireNonNull(Matrix.class.getResourceAsStream(FILE), FILE)) {
      return new Matrix(
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .skip(1)
              .map(Matrix::cell)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cell cell(String line) {
    String[] parts = line.split(",", -1);
    return new Cell(
        parts[0],
        parts[1],
        Outcome.valueOf(parts[2]),
        Edition.valueOf(parts[3].toUpperCase(Locale.ROOT)));
  }

  List<Cell> cells() {
    return cells;
  }

  /**
   * The cell of a bug and an assertion.
   *
   * @throws IllegalArgumentException if there is none
   */
  Cell of(String bug, String assertion) {
    return cells.stream()
        .filter(cell -> cell.bug().equals(bug) && cell.assertion().equals(assertion))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(bug + ", " + assertion));
  }
}

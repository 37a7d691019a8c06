package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;

/**
 * One value of a CSV file and where it stands, so that a refusal can say so.
 *
 * @param file the file
 * @param row the row below the header, from 1
 * @param line the line on which the row ends, from 1
 * @param column the column's name
 * @param value the text, unquoted
 */
record CsvCell(Location file, long row, long line, String column, String value) {
  private static final int MOST_CHARACTERS = 60;

  /**
   * Why the value cannot be used.
   *
   * @param problem what is wrong, after the value: {@code "is not a number"}
   * @param cure what to write instead
   */
  TouchstoneException refused(String problem, String cure) {
    String shown =
        value.length() <= MOST_CHARACTERS ? value : value.substring(0, MOST_CHARACTERS) + "…";
    return new TouchstoneException(
        file
            + ", row "
            + row
            + " (line "
            + line
            + "), column \""
            + column
            + "\": "
            + (value.isBlank() ? "the value is missing" : "\"" + shown + "\" " + problem)
            + "; "
            + cure);
  }

  /**
   * The text without blanks around it, where it may be a number: Java's literals end in f or d and
   * may be hexadecimal, and data that look so are no numbers.
   */
  Optional<String> decimal() {
    String text = value.strip();
    boolean literal =
        text.endsWith("f")
            || text.endsWith("F")
            || text.endsWith("d")
            || text.endsWith("D")
            || text.indexOf('x') >= 0
            || text.indexOf('X') >= 0;
    return text.isEmpty() || literal ? Optional.empty() : Optional.of(text);
  }

  /**
   * The number that the text is.
   *
   * @throws TouchstoneException if it is none, or not finite
   */
  double number() {
    try {
      Optional<Double> number =
          decimal().map(Double::parseDouble).filter(value -> Double.isFinite(value));
      if (number.isPresent()) {
        return number.get();
      }
    } catch (NumberFormatException e) {
      // Refused below, with the same message as the others.
    }
    throw refused("is not a finite number", "correct it, or drop the example before the test");
  }
}

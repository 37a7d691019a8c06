package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;

/**
 * One value of a CSV file and where it stands, so that a refusal can say so.
 *
 * @param file the file
 * @param row the row below the header, from 1
 * @param line the line on which the row ends, from 1; {@link #NO_LINE} where there are none
 * @param column the column's name
 * @param value the text, unquoted
 */
public record TableCell(Location file, long row, long line, String column, String value) {
  /** Of a table without lines. */
  public static final long NO_LINE = 0;

  private static final int MOST_CHARACTERS = 60;

  private String where() {
    return "%s, row %d%s, column \"%s\""
        .formatted(file, row, line == NO_LINE ? "" : " (line %d)".formatted(line), column);
  }

  /**
   * Why the value cannot be used.
   *
   * @param problem what is wrong, after the value: {@code "is not a number"}
   * @param cure what to write instead
   */
  public TouchstoneException refused(String problem, String cure) {
    return refused(problem + "; " + cure);
  }

  /**
   * Why the value cannot be used, and what to write instead.
   *
   * @param why after the value
   */
  public TouchstoneException refused(String why) {
    String shown =
        value.length() <= MOST_CHARACTERS ? value : value.substring(0, MOST_CHARACTERS) + "…";
    return new TouchstoneException("%s: \"%s\" %s".formatted(where(), shown, why));
  }

  /**
   * Why a value has to be there.
   *
   * @param cure what to write in its place
   */
  public TouchstoneException missing(String cure) {
    return new TouchstoneException("%s: the value is missing; %s".formatted(where(), cure));
  }
}

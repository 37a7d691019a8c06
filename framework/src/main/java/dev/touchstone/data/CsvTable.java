package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A table that is read row by row: its header, and the cells of the row at which it stands. */
final class CsvTable {
  private static final int MOST_SHOWN = 40;

  /** Of spreadsheets in countries with decimal commas, of databases, and by hand. */
  private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');

  /** What spreadsheets are told by, in a line before the header. */
  private static final String SEPARATOR_LINE = "sep=";

  private static final Pattern UNNAMED = Pattern.compile("Unnamed: \\d+(\\.\\d+)*");

  private final Location file;
  private final CsvFormat format;
  private final CsvRows rows;
  private final List<String> names;
  private final Map<String, Integer> positions;

  /** How many rows stand above the first one of data. */
  private final long above;

  private CsvTable(Location file, CsvFormat format, CsvRows rows, List<String> names) {
    this.file = file;
    this.format = format;
    this.rows = rows;
    this.names = List.copyOf(names);
    this.above = rows.rows();
    this.positions = new HashMap<>();
    for (String name : names) {
      if (positions.put(name, positions.size()) != null) {
        throw new TouchstoneException(
            file + ": two columns have the name \"" + name + "\"; rename one");
      }
    }
  }

  /**
   * Reads the header.
   *
   * @throws TouchstoneException if there is none, or two columns have one name
   */
  static CsvTable open(Location file, CsvFormat format, CsvRows rows) throws IOException {
    boolean found = rows.next();
    if (found && rows.text(0).startsWith(SEPARATOR_LINE)) {
      List<String> line = rows.texts();
      boolean agrees = line.equals(List.of(SEPARATOR_LINE, ""));
      String separator = line.get(0).substring(SEPARATOR_LINE.length());
      if (!agrees && line.size() == 1 && separator.length() == 1) {
        throw new TouchstoneException(
            "%s says in its first line that columns are separated by \"%s\". %s"
                .formatted(file, separator, CsvAdvice.delimiter(separator.charAt(0))));
      }
      found = agrees ? rows.next() : found;
    }
    if (!found) {
      throw new TouchstoneException(
          file + " is empty; expected a header with the columns' names and rows below it");
    }
    List<String> names = new ArrayList<>();
    for (String name : rows.texts()) {
      // As pandas names them.
      names.add(name.isBlank() ? "Unnamed: " + names.size() : name);
    }
    return new CsvTable(file, format, rows, names);
  }

  /** Whether a column has no name of its own, or the one that pandas gives to such. */
  static boolean isUnnamed(String column) {
    return UNNAMED.matcher(column).matches();
  }

  /**
   * Goes on to the next row.
   *
   * @return false behind the last one
   * @throws TouchstoneException if it has more or fewer cells than the header
   */
  boolean next() throws IOException {
    if (!rows.next()) {
      return false;
    }
    if (rows.size() != names.size()) {
      throw new TouchstoneException(
          "%s, row %d (line %d) has %d values and the header %d columns; %s"
              .formatted(file, row(), rows.line(), rows.size(), names.size(), cureOfLength()));
    }
    return true;
  }

  private String cureOfLength() {
    if (rows.size() == names.size() + 1 && rows.isBlank(names.size())) {
      return "each row ends with a separator and the header does not; write the header alike";
    }
    return format.delimiter() == ','
        ? "quote values that hold a comma or a line break; where a comma stands before decimals,"
            + " have columns separated by another character and say"
            + " .delimiter(';').decimalComma()"
        : "quote values that hold a \"%s\" or a line break".formatted(format.delimiter());
  }

  List<String> names() {
    return names;
  }

  Location file() {
    return file;
  }

  CsvFormat format() {
    return format;
  }

  /**
   * Returns where a column stands.
   *
   * @throws TouchstoneException for a column that there is not, with the cure
   */
  int position(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw new TouchstoneException(
          "%s has no column \"%s\"; its first row, taken as the header, is %s%s. %s"
              .formatted(
                  file,
                  column,
                  names.subList(0, Math.min(MOST_SHOWN, names.size())),
                  names.size() > MOST_SHOWN ? " and " + (names.size() - MOST_SHOWN) + " more" : "",
                  cure(column)));
    }
    return position;
  }

  private String cure(String column) {
    if (names.size() == 1) {
      for (char delimiter : DELIMITERS) {
        String quoted = Pattern.quote(Character.toString(delimiter));
        List<String> split = List.of(names.get(0).split(quoted));
        if (delimiter != format.delimiter() && split.size() > 1) {
          String shown = delimiter == '\t' ? "tabs" : "\"" + delimiter + "\"";
          return "Its columns are separated by %s. %s"
              .formatted(shown, CsvAdvice.delimiter(delimiter));
        }
      }
    }
    return names.stream().map(String::strip).anyMatch(column::equals)
        ? "Take out the blanks beside its commas, which belong to the names and values"
        : "Correct the name, or add the header if it is missing";
  }

  /** The number of a row below the header, from 1. */
  private long row() {
    return rows.rows() - above;
  }

  /** The number in a cell; NaN where it is none. */
  double number(int position) {
    return format.number(rows.bytes(), rows.from(position), rows.to(position));
  }

  String text(int position) {
    return rows.text(position);
  }

  boolean isBlank(int position) {
    return rows.isBlank(position);
  }

  /** Which of some words a cell is; below 0 if none. */
  int index(int position, Words words) {
    return words.index(rows.bytes(), rows.from(position), rows.to(position));
  }

  /** Which of some words a cell is, the last one where it is new. */
  int indexOrAdd(int position, Words words) {
    return words.indexOrAdd(rows.bytes(), rows.from(position), rows.to(position));
  }

  /** A cell and where it stands. */
  CsvCell cell(int position) {
    return new CsvCell(file, row(), rows.line(), names.get(position), rows.text(position));
  }

  /**
   * Refuses a cell that holds nothing.
   *
   * @param cure what to write in its place
   */
  void requireValue(int position, String cure) {
    if (isBlank(position)) {
      throw cell(position).missing(cure);
    }
  }
}

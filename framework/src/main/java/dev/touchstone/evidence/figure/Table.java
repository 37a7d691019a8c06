package dev.touchstone.evidence.figure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A table of numbers and texts. A page shows it as a table and never as a picture.
 *
 * @param rowHead what the rows are, such as {@code "method"}
 * @param columns those after the rows' heads, at most {@value #MOST_COLUMNS}
 * @param rows at most {@value #MOST_ROWS}
 */
public record Table(String name, String title, String rowHead, List<Column> columns, List<Row> rows)
    implements Figure {
  /** The most columns. */
  public static final int MOST_COLUMNS = 40;

  /** The most rows. */
  public static final int MOST_ROWS = 500;

  /** The most characters of a text in a cell or a head. */
  public static final int MOST_CHARACTERS = 500;

  /**
   * Copies columns and rows.
   *
   * @throws IllegalArgumentException if a row has not one cell for each column, for too many of
   *     either, or for a text that is too long for a cell
   */
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    Given.atMost(MOST_COLUMNS, columns.size(), "columns", "show those that matter most");
    Given.atMost(MOST_ROWS, rows.size(), "rows", "show those that matter most");
    for (Row row : rows) {
      if (row.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            "the row %s has %d cells for %d columns; it needs one for each, Table.text(\"\") where there is nothing"
                .formatted(row.head(), row.cells().size(), columns.size()));
      }
    }
  }

  @Override
  public Kind kind() {
    return Kind.TABLE;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.table(this);
  }

  /** Returns a cell that holds a text. */
  public static Cell text(String text) {
    return new Cell(text, OptionalDouble.empty());
  }

  /**
   * Returns a cell that holds a number, in its column's unit.
   *
   * @throws IllegalArgumentException if it is NaN or infinite
   */
  public static Cell number(double value) {
    return new Cell("", OptionalDouble.of(value));
  }

  /**
   * A column.
   *
   * @param unit of its numbers; empty for none
   * @param decimals how many of its numbers are shown; empty for four significant digits
   * @param bars whether its numbers are drawn as bars, too, from 0 to the left and to the right
   */
  public record Column(String head, String unit, OptionalInt decimals, boolean bars) {
    /**
     * Checks the decimals.
     *
     * @throws IllegalArgumentException for fewer than 0 or more than 12
     */
    public Column {
      if (decimals.isPresent() && (decimals.getAsInt() < 0 || decimals.getAsInt() > 12)) {
        throw new IllegalArgumentException(
            "the column %s shows %d decimals; 0 to 12 can be shown"
                .formatted(head, decimals.getAsInt()));
      }
      shortEnough(head);
    }

    /** Makes a column without a unit, of texts or of numbers with four significant digits. */
    public Column(String head) {
      this(head, "", OptionalInt.empty(), false);
    }

    /** Makes a column of numbers in a unit. */
    public Column(String head, String unit) {
      this(head, unit, OptionalInt.empty(), false);
    }

    /**
     * Returns the column with its numbers rounded to so many decimals.
     *
     * @throws IllegalArgumentException for fewer than 0 or more than 12
     */
    public Column withDecimals(int shown) {
      return new Column(head, unit, OptionalInt.of(shown), bars);
    }

    /** Returns the column with its numbers drawn as bars, too, the longest for the largest. */
    public Column withBars() {
      return new Column(head, unit, decimals, true);
    }

    /** Returns the head, and the unit in brackets where there is one: {@code "time (s)"}. */
    public String inWords() {
      return new Axis(head, unit).inWords();
    }
  }

  /**
   * Returns the largest magnitude in a column, at which a bar has its full length; 0 without
   * numbers.
   */
  public double largest(int column) {
    return rows.stream()
        .map(row -> row.cells().get(column).number())
        .mapToDouble(number -> Math.abs(number.orElse(0)))
        .max()
        .orElse(0);
  }

  /** A row: one cell for each column. */
  public record Row(String head, List<Cell> cells) {
    /**
     * Copies the cells.
     *
     * @throws IllegalArgumentException if the head is too long
     */
    public Row {
      cells = List.copyOf(cells);
      shortEnough(head);
    }

    /** Makes a row of cells in the order of the columns. */
    public Row(String head, Cell... cells) {
      this(head, List.of(cells));
    }
  }

  /**
   * What stands in a cell.
   *
   * @param text empty where it is a number, or nothing
   * @param number in its column's unit
   */
  public record Cell(String text, OptionalDouble number) {
    /**
     * Checks the content.
     *
     * @throws IllegalArgumentException for a text beside a number, a text that is too long, or a
     *     number that is NaN or infinite
     */
    public Cell {
      shortEnough(text);
      number.ifPresent(value -> Given.finite(value, "a cell"));
      if (number.isPresent() && !text.isEmpty()) {
        throw new IllegalArgumentException(
            "a cell holds the text %s beside the number %s; write one of them"
                .formatted(text, number.getAsDouble()));
      }
    }
  }

  private static void shortEnough(String text) {
    Given.atMost(MOST_CHARACTERS, text.length(), "characters in a cell", "write it shorter");
  }
}

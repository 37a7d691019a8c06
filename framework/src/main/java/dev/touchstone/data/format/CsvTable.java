package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A table in a CSV file. */
public final class CsvTable extends TableRows {
  /** Of spreadsheets in countries with decimal commas, of databases, and by hand. */
  private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');

  /** What spreadsheets are told by, in a line before the header. */
  private static final String SEPARATOR_LINE = "sep=";

  private final CsvFormat format;
  private final CsvRows rows;

  /** How many rows stand above the first one of data. */
  private final long above;

  private CsvTable(Location file, CsvFormat format, CsvRows rows, List<String> names) {
    super(file, names);
    this.format = format;
    this.rows = rows;
    this.above = rows.rows();
  }

  /**
   * Reads the header.
   *
   * @throws TouchstoneException if there is none, or two columns have one name
   */
  public static CsvTable open(Location file, CsvFormat format) throws IOException {
    CsvRows rows = new CsvRows(file, Unzipped.openText(file), format);
    try {
      return open(file, format, rows);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private static CsvTable open(Location file, CsvFormat format, CsvRows rows) throws IOException {
    boolean found = rows.next();
    if (found && rows.text(0).startsWith(SEPARATOR_LINE)) {
      List<String> line = rows.texts();
      String separator = line.get(0).substring(SEPARATOR_LINE.length());
      // A separator that stands in quotes is not taken for one.
      boolean agrees =
          line.equals(List.of(SEPARATOR_LINE, ""))
              || line.size() == 1 && separator.equals(Character.toString(format.delimiter()));
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

  @Override
  public boolean next() throws IOException {
    if (!rows.next()) {
      return false;
    }
    if (rows.size() != names().size()) {
      throw new TouchstoneException(
          "%s, row %d (line %d) has %d values and the header %d columns; %s"
              .formatted(file(), row(), rows.line(), rows.size(), names().size(), cureOfLength()));
    }
    return true;
  }

  private String cureOfLength() {
    if (rows.size() == names().size() + 1 && rows.isBlank(names().size())) {
      return "each row ends with a separator and the header does not; write the header alike";
    }
    String cure =
        format.delimiter() == ','
            ? "quote values that hold a comma or a line break; where a comma stands before"
                + " decimals, have columns separated by another character and say"
                + " .delimiter(';').decimalComma()"
            : "quote values that hold a \"%s\" or a line break".formatted(format.delimiter());
    return row() == 1 && rows.size() == names().size() + 1
        ? cure
            + "; where rows begin with a name that the header leaves out, as R's write.table has"
            + " them, give the header one, too (col.names = NA)"
        : cure;
  }

  @Override
  String whereNamesStand() {
    return "its first row, taken as the header, is";
  }

  @Override
  String cureOfName(String column) {
    if (names().size() == 1) {
      for (char delimiter : DELIMITERS) {
        String quoted = Pattern.quote(Character.toString(delimiter));
        List<String> split = List.of(names().get(0).split(quoted));
        if (delimiter != format.delimiter() && split.size() > 1) {
          String shown = delimiter == '\t' ? "tabs" : "\"" + delimiter + "\"";
          return "Its columns are separated by %s. %s"
              .formatted(shown, CsvAdvice.delimiter(delimiter));
        }
      }
    }
    return names().stream().map(String::strip).anyMatch(column::equals)
        ? "Take out the blanks beside its commas, which belong to the names and values"
        : "Correct the name, or add the header if it is missing";
  }

  /** The number of a row below the header, from 1. */
  private long row() {
    return rows.rows() - above;
  }

  @Override
  public void expectNumbers(int[] positions) {
    rows.expectNumbers(positions, names().size());
  }

  @Override
  public boolean numbers(double[] destination, int from) {
    return rows.numbers(destination, from);
  }

  @Override
  public boolean mayBeNumber(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return !Double.isNaN(format.number(bytes, 0, bytes.length));
  }

  @Override
  public double number(int position) {
    return rows.hasNumber(position)
        ? rows.number(position)
        : format.number(rows.bytes(), rows.from(position), rows.to(position));
  }

  @Override
  public String text(int position) {
    return rows.text(position);
  }

  @Override
  String digits(int position) {
    return format.ungrouped(super.digits(position));
  }

  @Override
  public boolean isBlank(int position) {
    return rows.isBlank(position);
  }

  @Override
  public int index(int position, Words words) {
    return words.index(rows.bytes(), rows.from(position), rows.to(position));
  }

  @Override
  public int indexOrAdd(int position, Words words) {
    return words.indexOrAdd(rows.bytes(), rows.from(position), rows.to(position));
  }

  @Override
  public TableCell cell(int position) {
    return new TableCell(file(), row(), rows.line(), names().get(position), rows.text(position));
  }

  @Override
  public Optional<String> aboutNumber(TableCell cell) {
    return CsvAdvice.aboutText(cell.column(), cell.value())
        .or(() -> CsvAdvice.aboutNotation(cell.value(), format));
  }

  @Override
  public Optional<String> aboutNotation(TableCell cell) {
    return CsvAdvice.aboutNotation(cell.value(), format);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}

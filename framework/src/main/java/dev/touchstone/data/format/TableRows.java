package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A table that is read row by row: its columns, and the cells of the row at which it stands. */
public abstract class TableRows implements AutoCloseable {
  private static final int MOST_SHOWN = 40;

  /** Below it every whole number is a double, and none beyond rounds to one below. */
  static final double LARGEST_EXACT = 0x1p53;

  /** As long as a double's digits can be. */
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,309}");

  private static final Pattern UNNAMED = Pattern.compile("Unnamed: \\d+(\\.\\d+)*");

  private final Location file;
  private final List<String> names;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * A table.
   *
   * @param names of the columns
   * @throws TouchstoneException if two have one name
   */
  TableRows(Location file, List<String> names) {
    this.file = file;
    this.names = List.copyOf(names);
    for (String name : names) {
      if (positions.put(name, positions.size()) != null) {
        throw new TouchstoneException(
            file + ": two columns have the name \"" + name + "\"; rename one");
      }
    }
  }

  /**
   * Goes on to the next row.
   *
   * @return false behind the last one
   * @throws TouchstoneException if it is no row of this table
   */
  public abstract boolean next() throws IOException;

  /**
   * Says whose numbers will be asked for in every row, so that a table may read them before; called
   * before the first row, or never.
   *
   * @param positions of columns, each once
   */
  public void expectNumbers(int[] positions) {}

  /**
   * Copies the numbers of this row that were {@linkplain #expectNumbers expected}, if every one of
   * them is known to be finite and below 2^53 in absolute value, so that nothing is to be said
   * against it.
   *
   * @param destination receives them from {@code from} on, in the order in which they were expected
   * @return false if each is to be asked for by {@link #number}
   */
  public boolean numbers(double[] destination, int from) {
    return false;
  }

  /** Whether a cell that has this text may have a number. */
  public boolean mayBeNumber(String text) {
    return true;
  }

  /** The number in a cell; NaN where it is none. */
  public abstract double number(int position);

  /** The text of a cell; of numbers and truth values as they are written. */
  public abstract String text(int position);

  /** Whether a cell holds nothing but white space. */
  public abstract boolean isBlank(int position);

  /**
   * The encoded image in a cell.
   *
   * @throws TouchstoneException if there is none, or tables of this format hold none
   */
  public byte[] image(int position) {
    throw cell(position)
        .refused("is no image", "images lie in Parquet files, Datasets.parquet(…), or in folders");
  }

  /**
   * The names that the file gives to a column's whole numbers from 0 on; empty where it gives none.
   */
  public List<String> classNames(int position) {
    return List.of();
  }

  /** Which of some words a cell is; below 0 if none. */
  public abstract int index(int position, Words words);

  /** Which of some words a cell is, the last one where it is new. */
  public abstract int indexOrAdd(int position, Words words);

  /** A cell and where it stands. */
  public abstract TableCell cell(int position);

  /** What is to be written about a cell that is no number, after its value. */
  public abstract Optional<String> aboutNumber(TableCell cell);

  /** What is to be written about a number in a notation of its own, after its value. */
  public abstract Optional<String> aboutNotation(TableCell cell);

  /** What to do about a column that there is not. */
  abstract String cureOfName(String column);

  /**
   * Refuses a whole number that its double is not: two ids or nanoseconds that differ would be one.
   * What is written with decimals or an exponent is a measure, and rounded as everywhere.
   *
   * @param number the double that {@link #number} made of the cell
   */
  public final void requireExact(int position, double number) {
    if (!(Math.abs(number) >= LARGEST_EXACT && Math.abs(number) < Double.POSITIVE_INFINITY)) {
      return;
    }
    String digits = digits(position);
    if (WHOLE.matcher(digits).matches()
        && new BigDecimal(number).compareTo(new BigDecimal(digits)) != 0) {
      throw cell(position).refused(wholeBeyondDoubles(names.get(position)));
    }
  }

  /** The text of a number, without what separates its thousands. */
  String digits(int position) {
    return text(position).strip();
  }

  /** Why a whole number is none that can be asked about, after its value. */
  static String wholeBeyondDoubles(String column) {
    return "is a whole number that no double holds; leave the column out, .without(\"%1$s\"), or take it for the id, .id(\"%1$s\")"
        .formatted(column);
  }

  /**
   * Whether a column counts examples by what the table says, unless somebody takes it for something
   * else.
   */
  public boolean isIndex(int position) {
    // What programs write before the first column of a data frame counts its rows.
    return names.subList(0, position + 1).stream()
        .allMatch(name -> UNNAMED.matcher(name).matches());
  }

  /** Whether a column has no name of its own. */
  public final boolean isUnnamed(int position) {
    return UNNAMED.matcher(names.get(position)).matches();
  }

  /** Returns the names of the columns in their order. */
  public final List<String> names() {
    return names;
  }

  /** Returns the file that the table stands in. */
  public final Location file() {
    return file;
  }

  /**
   * Returns where a column stands.
   *
   * @throws TouchstoneException for a column that there is not, with the cure
   */
  public final int position(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw new TouchstoneException(
          "%s has no column \"%s\"; %s %s%s. %s"
              .formatted(
                  file,
                  column,
                  whereNamesStand(),
                  names.subList(0, Math.min(MOST_SHOWN, names.size())),
                  names.size() > MOST_SHOWN ? " and " + (names.size() - MOST_SHOWN) + " more" : "",
                  cureOfName(column)));
    }
    return position;
  }

  /** What a list of the names follows. */
  abstract String whereNamesStand();

  /**
   * Refuses a cell that holds nothing.
   *
   * @param cure what to write in its place
   */
  public final void requireValue(int position, String cure) {
    if (isBlank(position)) {
      throw cell(position).missing(cure);
    }
  }

  @Override
  public abstract void close() throws IOException;
}

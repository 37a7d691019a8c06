package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.NearestName;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Examples that a {@link ServedModel} is asked about: columns of numbers and of texts, by name.
 *
 * <p>Of a model that states its columns they are these, in its order, whatever order the data have
 * them in. Of another they are the data's: features first, in their order, then texts and other
 * inputs in theirs. A number that is missing is NaN, a text that is missing is empty; data may have
 * either where they are read with {@code .allowingMissing()}.
 */
public final class Rows {
  private static final int MOST_NAMED = 8;

  private final String model;
  private final Inputs batch;
  private final List<String> columns;

  /** Whether the columns are the features by position, since the data name none. */
  private final boolean byPosition;

  private final Map<String, TypedTensor> read = new HashMap<>();
  private double @Nullable [] features;

  private Rows(String model, Inputs batch, List<String> columns, boolean byPosition) {
    this.model = model;
    this.batch = batch;
    this.columns = columns;
    this.byPosition = byPosition;
  }

  /**
   * Binds data to a model's columns.
   *
   * @param model what to call it
   * @param stated the columns that it states; empty for those of the data
   * @throws TouchstoneException naming the columns that are missing, and those that it does not
   *     take
   */
  static Rows of(String model, List<String> stated, Inputs batch) {
    List<String> given = new ArrayList<>(batch.featureNames());
    given.addAll(batch.names());
    if (stated.isEmpty()) {
      return new Rows(model, batch, List.copyOf(given), false);
    }
    requireDifferent(model, stated);
    if (batch.featureNames().isEmpty() && batch.names().isEmpty()) {
      int features = size(batch.shape());
      if (features != stated.size()) {
        throw new TouchstoneException(
            "%s takes the %d columns %s, and the data have %d features without names; give the data as many, in this order, or name them"
                .formatted(model, stated.size(), shown(stated), features));
      }
      return new Rows(model, batch, List.copyOf(stated), true);
    }
    Set<String> missing = new LinkedHashSet<>(stated);
    given.forEach(missing::remove);
    Set<String> surplus = new LinkedHashSet<>(given);
    surplus.removeAll(stated);
    if (!missing.isEmpty()) {
      throw new TouchstoneException(
          "%s takes the columns %s, and the data lack %s of them; they have %s%s. Name the data's columns as the model's, by .numeric(…) and .text(…) or in the schema"
              .formatted(
                  model,
                  shown(stated),
                  shown(missing),
                  shown(given),
                  encoded(missing, surplus)
                      ? " (a category that is .categorical(…) becomes a column for each value:"
                          + " .text(…) leaves it as it stands)"
                      : surplus.stream().anyMatch(name -> missing.contains(name.replace(' ', '_')))
                          ? " (LightGBM writes blanks in names as _: so does df.columns ="
                              + " df.columns.str.replace(\" \", \"_\") before the data are saved)"
                          : ""));
    }
    if (!surplus.isEmpty()) {
      throw new TouchstoneException(
          "%s takes the columns %s, and the data have %s besides; leave them out of the features, or give a model that takes them"
              .formatted(model, shown(stated), shown(surplus)));
    }
    return new Rows(model, batch, List.copyOf(stated), false);
  }

  /** Whether a missing column is there as one column a value. */
  private static boolean encoded(Set<String> missing, Set<String> surplus) {
    return missing.stream()
        .anyMatch(column -> surplus.stream().anyMatch(other -> other.startsWith(column + "=")));
  }

  private static void requireDifferent(String model, List<String> stated) {
    if (new HashSet<>(stated).size() < stated.size()) {
      throw new TouchstoneException(
          "%s states a column twice: %s; columns are bound by their names, so that each needs its own"
              .formatted(model, shown(stated)));
    }
  }

  private static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  private static String shown(Iterable<String> names) {
    List<String> all = new ArrayList<>();
    names.forEach(all::add);
    return all.size() <= MOST_NAMED
        ? all.toString()
        : "%s and %d more".formatted(all.subList(0, MOST_NAMED), all.size() - MOST_NAMED);
  }

  /** Returns the number of rows, at least one. */
  public int size() {
    return batch.rows();
  }

  /**
   * Returns the names of the columns; empty where neither the model nor the data state any, such as
   * those of images.
   */
  public List<String> columns() {
    return columns;
  }

  /** Returns how many numbers a row has in {@link #floats()}. */
  public int width() {
    return columns.isEmpty() ? size(batch.shape()) : columns.size();
  }

  /** Returns the shape of the features of one row, such as {@code [1, 28, 28]}. */
  public int[] shape() {
    return batch.shape();
  }

  /**
   * Returns whether a column holds texts.
   *
   * @throws TouchstoneException if there is no such column
   */
  public boolean isText(String column) {
    return tensor(column) instanceof TypedTensor.Texts;
  }

  /**
   * Returns a column of numbers, NaN where one is missing.
   *
   * @throws TouchstoneException if there is no such column, or it holds texts
   */
  public double[] numbers(String column) {
    TypedTensor values = tensor(column);
    if (values.rowSize() != 1) {
      throw refused(
          column,
          "%d numbers a row, where one was expected".formatted(values.rowSize()),
          "read it by rows.tensor(\"%s\")".formatted(column));
    }
    if (values instanceof TypedTensor.Doubles doubles) {
      return doubles.values().clone();
    }
    double[] numbers = new double[size()];
    if (values instanceof TypedTensor.Integers integers) {
      Arrays.setAll(numbers, i -> integers.values()[i]);
    } else if (values instanceof TypedTensor.Booleans booleans) {
      Arrays.setAll(numbers, i -> booleans.values()[i] ? 1 : 0);
    } else if (values instanceof Tensor singles) {
      Arrays.setAll(numbers, i -> singles.values()[i]);
    } else {
      throw refused(
          column,
          "texts, where numbers were expected",
          "declare the column as .numeric(\"%1$s\"), or let the reader take it by rows.texts(\"%1$s\") or rows.codes(\"%1$s\", …)"
              .formatted(column));
    }
    return numbers;
  }

  /**
   * Returns a column of texts, empty where one is missing.
   *
   * @throws TouchstoneException if there is no such column, or it holds numbers
   */
  public String[] texts(String column) {
    if (tensor(column) instanceof TypedTensor.Texts texts && texts.rowSize() == 1) {
      return texts.values().clone();
    }
    throw refused(
        column,
        "numbers, where texts were expected",
        "declare the column as .text(\"%1$s\") in Java, {\"name\": \"%1$s\", \"type\": \"text\"} in a schema"
            .formatted(column));
  }

  /**
   * Returns a column of categories as the numbers by which a model knows them.
   *
   * @param categories as the model was trained with, the first of which is number 0
   * @return their positions; NaN where one is missing
   * @throws TouchstoneException if there is no such column, if it holds numbers, or for a text that
   *     is none of the categories
   */
  public double[] codes(String column, List<String> categories) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < categories.size(); i++) {
      positions.put(categories.get(i), i);
    }
    String[] texts = texts(column);
    double[] codes = new double[texts.length];
    for (int i = 0; i < texts.length; i++) {
      Integer position = positions.get(texts[i]);
      if (position == null && !texts[i].isEmpty()) {
        throw refused(
            column,
            "\"%s\" in row %d of the batch, which is none of the categories %s that the model was trained with"
                .formatted(texts[i], i, shown(categories)),
            "leave such rows out, or let the reader take the column by rows.texts(\"%s\") and say what the model is served with in their place"
                .formatted(column));
      }
      codes[i] = position == null ? Double.NaN : position;
    }
    return codes;
  }

  /**
   * Returns all columns as single-precision numbers, or the features where no columns have names.
   *
   * @return n × {@link #width}, row after row, NaN where one is missing
   * @throws TouchstoneException if a column holds texts
   */
  public float[] floats() {
    if (columns.isEmpty() || isWhole()) {
      return batch.features().values().clone();
    }
    double[] exact = doubles();
    float[] singles = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      singles[i] = (float) exact[i];
    }
    return singles;
  }

  /**
   * Returns all columns as double-precision numbers, or the features where no columns have names.
   *
   * @return n × {@link #width}, row after row, NaN where one is missing
   * @throws TouchstoneException if a column holds texts
   */
  public double[] doubles() {
    if (columns.isEmpty() || isWhole()) {
      return features().clone();
    }
    return doubles(columns);
  }

  /**
   * Returns some columns as double-precision numbers.
   *
   * @param some in the order in which they are to stand
   * @return n × as many as are asked for, row after row, NaN where one is missing
   * @throws TouchstoneException if there is no such column, or one holds texts
   */
  public double[] doubles(List<String> some) {
    double[] matrix = new double[Math.multiplyExact(size(), some.size())];
    for (int c = 0; c < some.size(); c++) {
      double[] column = numbers(some.get(c));
      for (int i = 0; i < column.length; i++) {
        matrix[i * some.size() + c] = column[i];
      }
    }
    return matrix;
  }

  /** Whether the columns are the features as they stand. */
  private boolean isWhole() {
    return byPosition || columns.equals(batch.featureNames());
  }

  /**
   * Returns one row by the names of its columns: a {@link Double} for a number, a {@link String}
   * for a text. What is missing is not in it.
   *
   * @param index from 0 to {@link #size} - 1
   * @throws TouchstoneException if columns have no names, or one holds several values a row
   */
  public Map<String, Object> row(int index) {
    if (columns.isEmpty()) {
      throw new TouchstoneException(
          "%s was asked about features without names, as a row by names; read them by rows.floats(), or name the data's features"
              .formatted(model));
    }
    Map<String, Object> row = new LinkedHashMap<>();
    for (String column : columns) {
      if (isText(column)) {
        String text = ((TypedTensor.Texts) tensor(column)).values()[index];
        if (!text.isEmpty()) {
          row.put(column, text);
        }
      } else {
        double number = number(column, index);
        if (!Double.isNaN(number)) {
          row.put(column, number);
        }
      }
    }
    return row;
  }

  private double number(String column, int index) {
    TypedTensor values = tensor(column);
    return values instanceof TypedTensor.Doubles doubles && doubles.rowSize() == 1
        ? doubles.values()[index]
        : numbers(column)[index];
  }

  /**
   * Returns a column as it is: also what has several values a row, such as the ids of a text's
   * tokens.
   *
   * @return of the shape {@code [n, …]}; not a copy
   * @throws TouchstoneException if there is no such column
   */
  public TypedTensor tensor(String column) {
    TypedTensor known = read.get(column);
    if (known == null) {
      known =
          find(column)
              .orElseThrow(
                  () ->
                      new TouchstoneException(
                          "the reader of %s asks for the column \"%s\", which %s; write one of %s%s"
                              .formatted(
                                  model,
                                  column,
                                  columns.isEmpty()
                                      ? "the data do not name"
                                      : "is none of its columns",
                                  shown(columns),
                                  NearestName.of(column, columns)
                                      .map(near -> ", perhaps \"%s\"".formatted(near))
                                      .orElse(""))));
      read.put(column, known);
    }
    return known;
  }

  private Optional<TypedTensor> find(String column) {
    if (!columns.contains(column)) {
      return Optional.empty();
    }
    if (!byPosition && batch.names().contains(column)) {
      return batch.named(column);
    }
    int position = (byPosition ? columns : batch.featureNames()).indexOf(column);
    // Read once for all columns: a column by itself takes a walk through every row.
    double[] all = features();
    int width = all.length / size();
    double[] values = new double[size()];
    Arrays.setAll(values, i -> all[i * width + position]);
    return Optional.of(new TypedTensor.Doubles(values, size(), 1));
  }

  private double[] features() {
    double[] known = features;
    if (known == null) {
      known = batch.exactFeatures().values();
      features = known;
    }
    return known;
  }

  private TouchstoneException refused(String column, String what, String cure) {
    return new TouchstoneException(
        "%s: the column \"%s\" has %s; %s".formatted(model, column, what, cure));
  }

  @Override
  public String toString() {
    return "%d rows of %s".formatted(size(), columns.isEmpty() ? "features" : shown(columns));
  }
}

package dev.touchstone.data;

import dev.touchstone.data.format.TableRows;
import dev.touchstone.data.format.Words;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a CSV file that a model sees, and what of the others is to be said. */
final class TableFeatures {
  /** In fewer rows a feature may count them by chance. */
  private static final int FEWEST_ROWS_OF_AN_INDEX = 10;

  private final TableRows table;
  private final TableColumn[] columns;
  private final int width;
  private final int[] positions;
  private final int[] widths;
  private final boolean[] mayMiss;

  /** Whether a column holds the number of each row so far, counted from 0 or from 1. */
  private final boolean[] counts;

  private final double[] countsFrom;
  private final List<String> leftOut;
  private final @Nullable Words missingWords;

  /** Whether the features are numbers as they stand, and none of them a word for a missing one. */
  private final boolean allNumbers;

  private boolean anyCounts;
  private long rows;
  private long missing;

  private TableFeatures(
      TableSchema schema, TableRows table, List<TableColumn> columns, List<String> leftOut) {
    this.table = table;
    this.columns = columns.toArray(TableColumn[]::new);
    this.leftOut = leftOut;
    this.positions = columns.stream().mapToInt(c -> table.position(c.name())).toArray();
    this.widths = columns.stream().mapToInt(c -> c.features().size()).toArray();
    this.width = Arrays.stream(widths).sum();
    this.missingWords = schema.missing() == null ? null : Words.of(List.copyOf(schema.missing()));
    this.mayMiss = new boolean[columns.size()];
    this.counts = new boolean[columns.size()];
    this.countsFrom = new double[columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      TableColumn column = columns.get(c);
      mayMiss[c] =
          missingWords != null
              && (column instanceof TableColumn.Numeric || column instanceof TableColumn.Truth);
      counts[c] = column instanceof TableColumn.Numeric && !schema.features().contains(column);
      anyCounts |= counts[c];
    }
    List<TableColumn> numeric =
        columns.stream().filter(TableColumn.Numeric.class::isInstance).toList();
    this.allNumbers =
        numeric.size() == columns.size()
            && (schema.missing() == null
                || schema.missing().stream().noneMatch(table::mayBeNumber));
    table.expectNumbers(numeric.stream().mapToInt(c -> table.position(c.name())).toArray());
  }

  /**
   * Returns the declared features, or those and every column that has no other meaning, as a
   * number, in the order of the file.
   *
   * @throws TouchstoneException for columns that are not there, declared twice, or none left
   */
  static TableFeatures of(TableSchema schema, TableRows table) {
    Map<String, TableColumn> declared = new LinkedHashMap<>();
    for (TableColumn column : schema.features()) {
      if (column.name().equals(schema.target())) {
        throw new TouchstoneException(
            "%s: the label \"%s\" is declared as a feature; remove it"
                .formatted(table.file(), column.name()));
      }
      if (declared.put(column.name(), column) != null) {
        throw new TouchstoneException(
            "%s: the feature \"%s\" is declared twice; remove one"
                .formatted(table.file(), column.name()));
      }
    }
    declared.keySet().forEach(table::position);
    boolean all = schema.all() || declared.isEmpty();
    requireUse(schema, table, declared.keySet(), all);
    if (!all) {
      return new TableFeatures(schema, table, List.copyOf(declared.values()), List.of());
    }
    Set<String> others = new LinkedHashSet<>(schema.groups());
    others.add(String.valueOf(schema.id()));
    others.add(String.valueOf(schema.weight()));
    others.add(String.valueOf(schema.target()));
    others.removeAll(declared.keySet());
    List<TableColumn> columns = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (String name : table.names()) {
      TableColumn column = declared.get(name);
      if (column != null) {
        columns.add(column);
      } else if (schema.without().contains(name)) {
        leftOut.add("\"%s\"".formatted(name));
      } else if (!others.contains(name)) {
        if (table.isIndex(table.position(name))) {
          leftOut.add("\"%s\", an index".formatted(name));
        } else {
          columns.add(new TableColumn.Numeric(name));
        }
      }
    }
    if (columns.isEmpty()) {
      throw new TouchstoneException(
          "%s has no column left to be a feature; its columns are %s"
              .formatted(table.file(), table.names()));
    }
    return new TableFeatures(schema, table, List.copyOf(columns), leftOut);
  }

  /** Returns no features, where the examples are something else than columns. */
  static TableFeatures none(TableSchema schema, TableRows table) {
    requireUse(schema, table, Set.of(), true);
    return new TableFeatures(schema, table, List.of(), List.of());
  }

  private static void requireUse(
      TableSchema schema, TableRows table, Set<String> declared, boolean all) {
    for (String name : schema.without()) {
      table.position(name);
      String other =
          declared.contains(name)
              ? "a feature"
              : name.equals(schema.target())
                  ? "what is to be predicted"
                  : name.equals(schema.id())
                      ? "the id"
                      : name.equals(schema.weight())
                          ? "the weight"
                          : schema.groups().contains(name) ? "a group" : "";
      if (!other.isEmpty()) {
        throw new TouchstoneException(
            "%s: the column \"%s\" is left out and declared as %s; say one of the two"
                .formatted(table.file(), name, other));
      }
    }
    if (!all && !schema.without().isEmpty()) {
      throw new TouchstoneException(
          "%s: %s cannot be left out of features that are declared one by one; take it out of .without(…), or say .allColumns() if the others are features, too"
              .formatted(table.file(), schema.without()));
    }
  }

  List<String> names() {
    return Arrays.stream(columns).flatMap(c -> c.features().stream()).toList();
  }

  /** The columns that a model takes as texts. */
  List<String> texts() {
    return Arrays.stream(columns)
        .filter(TableColumn.Text.class::isInstance)
        .map(TableColumn::name)
        .toList();
  }

  /**
   * Writes the features of the row at which a table stands.
   *
   * @param destination receives them from {@code from} on
   */
  void encode(TableRows row, double[] destination, int from) {
    if (allNumbers && row.numbers(destination, from)) {
      if (anyCounts) {
        anyCounts = false;
        for (int c = 0; c < positions.length; c++) {
          if (counts[c]) {
            count(c, destination[from + c]);
            anyCounts |= counts[c];
          }
        }
      }
      rows++;
      return;
    }
    Arrays.fill(destination, from, from + width, 0);
    int offset = from;
    for (int c = 0; c < positions.length; c++) {
      if (mayMiss[c] && isMissing(row, positions[c])) {
        destination[offset] = Double.NaN;
        missing++;
      } else {
        columns[c].encode(row, positions[c], destination, offset);
      }
      if (counts[c]) {
        count(c, destination[offset]);
      }
      offset += widths[c];
    }
    rows++;
  }

  private void count(int column, double value) {
    if (rows == 0) {
      countsFrom[column] = value;
      counts[column] = value == 0 || value == 1;
    } else {
      counts[column] = value == countsFrom[column] + rows;
    }
  }

  /** Whether a value may be missing, and this cell says that it is. */
  boolean isMissing(TableRows row, int position) {
    return missingWords != null
        && (row.isBlank(position) || row.index(position, missingWords) >= 0);
  }

  /**
   * Asks about a column that nobody declared and that numbers the rows.
   *
   * @throws TouchstoneException if there is one
   */
  void requireNoIndex(int size) {
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] && size >= FEWEST_ROWS_OF_AN_INDEX) {
        String name = columns[c].name();
        throw new TouchstoneException(
            "%s: the column \"%s\" numbers the rows from %.0f to %.0f, which a model should not see; say .id(\"%2$s\") if it names the examples, .without(\"%2$s\") to leave it out (id = or without = in @DatasetUnderTest, \"id\" or \"without\" in the schema), or .numeric(\"%2$s\").allColumns() if it is a feature"
                .formatted(table.file(), name, countsFrom[c], countsFrom[c] + size - 1));
      }
    }
  }

  /** How many features were missing. */
  long missing() {
    return missing;
  }

  /** What is no feature though nobody gave it another meaning. */
  Optional<String> leftOut() {
    return leftOut.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", leftOut));
  }

  String describe() {
    long categorical =
        Arrays.stream(columns).filter(c -> c instanceof TableColumn.Categorical).count();
    long truths = Arrays.stream(columns).filter(c -> c instanceof TableColumn.Truth).count();
    long texts = Arrays.stream(columns).filter(c -> c instanceof TableColumn.Text).count();
    return "%d numeric%s and %d one-hot columns as %d features%s"
        .formatted(
            columns.length - categorical - truths - texts,
            truths == 0 ? "" : ", %d boolean".formatted(truths),
            categorical,
            width,
            texts == 0 ? "" : ", and %d of text".formatted(texts));
  }
}

package dev.touchstone.data;

import dev.touchstone.data.format.TableCell;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an expert wrote into a table, row by row, and says which cells are still to be filled
 * in.
 */
final class AnnotationReader {
  private static final int MOST_SHOWN = 10;

  private final Location file;
  private final TableSchema schema;
  private final AnnotationColumns columns;

  AnnotationReader(Location file, TableSchema schema, AnnotationColumns columns) {
    this.file = file;
    this.schema = schema;
    this.columns = columns;
  }

  /**
   * What stands in a table.
   *
   * @param ids one per row; null where no column holds them
   * @param labels the class of each row; empty where no column of declared classes holds them
   */
  record Rows(Location file, @Nullable List<String> ids, int[] labels, Annotations annotations) {

    /**
     * Returns the annotations in the order of some data.
     *
     * @throws TouchstoneException for an example without a row, or a row without an example
     */
    Annotations inOrderOf(Dataset data) {
      List<String> named = ids;
      if (named == null) {
        if (data.hasOwnIds() || annotations.size() != data.size()) {
          throw new TouchstoneException(
              data.hasOwnIds()
                  ? "%s says of no row which example it annotates, and the examples of %s have ids; name the column that holds them, .id(\"…\")"
                      .formatted(file, data.name())
                  : "%s annotates %d examples and %s has %d; give each a row, in the order of the data, or name the column that holds their positions, from 0, .id(\"…\")"
                      .formatted(file, annotations.size(), data.name(), data.size()));
        }
        return annotations;
      }
      Map<String, Integer> rows = new HashMap<>();
      for (String id : named) {
        rows.put(id, rows.size());
      }
      int[] order = new int[data.size()];
      List<String> without = new ArrayList<>();
      for (int i = 0; i < order.length; i++) {
        Integer row = rows.remove(data.id(i));
        if (row == null) {
          without.add(data.id(i));
        } else {
          order[i] = row;
        }
      }
      if (!without.isEmpty()) {
        throw new TouchstoneException(
            "%s annotates %d of the %d examples of %s; the first that it leaves out have the ids %s. Annotate them, or leave them out of the data"
                .formatted(
                    file,
                    data.size() - without.size(),
                    data.size(),
                    data.name(),
                    without.subList(0, Math.min(MOST_SHOWN, without.size()))));
      }
      if (!rows.isEmpty()) {
        throw new TouchstoneException(
            "%s annotates %d examples that %s does not have, the first with the ids %s; correct the ids, or take the rows out"
                .formatted(
                    file,
                    rows.size(),
                    data.name(),
                    rows.keySet().stream().sorted().limit(MOST_SHOWN).toList()));
      }
      return annotations.select(order);
    }
  }

  /**
   * Reads the table.
   *
   * @throws TouchstoneException naming row, line, column and cure: for a column that is missing, a
   *     cell that is empty or holds what no annotation is, an id twice, or no rows
   */
  Rows read(TableReader.Opener opener) {
    columns.requireApartFrom(file.toString(), schema);
    return TableReader.reading(file, opener, this::read);
  }

  private Rows read(TableRows table) throws IOException {
    int idAt = schema.id() == null ? -1 : table.position(schema.id());
    int targetAt = schema.target() == null ? -1 : table.position(schema.target());
    int[] conceptsAt = positions(table, columns.concepts());
    int[] importancesAt = positions(table, columns.importances());
    int confidenceAt = columns.confidence() == null ? -1 : table.position(columns.confidence());
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<double[]> values = new ArrayList<>();
    List<int[]> importances = new ArrayList<>();
    List<Double> confidence = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    EmptyCells empty = new EmptyCells();
    while (table.next()) {
      if (idAt >= 0) {
        table.requireValue(idAt, "say which example it annotates");
        if (ids.put(table.text(idAt), ids.size()) != null) {
          throw table
              .cell(idAt)
              .refused("is annotated twice", "leave one of the rows, or correct the id");
        }
      }
      if (targetAt >= 0 && !empty.addIfBlank(table, targetAt) && !schema.classes().isEmpty()) {
        labels.add(label(table, targetAt));
      }
      double[] ofConcepts = new double[conceptsAt.length];
      for (int k = 0; k < conceptsAt.length; k++) {
        ofConcepts[k] = empty.addIfBlank(table, conceptsAt[k]) ? 0 : concept(table, conceptsAt[k]);
      }
      values.add(ofConcepts);
      int[] ofImportances = new int[importancesAt.length];
      for (int k = 0; k < importancesAt.length; k++) {
        ofImportances[k] =
            empty.addIfBlank(table, importancesAt[k]) ? 0 : importance(table, importancesAt[k]);
      }
      importances.add(ofImportances);
      if (confidenceAt >= 0) {
        confidence.add(empty.addIfBlank(table, confidenceAt) ? 1 : confidence(table, confidenceAt));
      }
    }
    empty.requireNone(file);
    if (values.isEmpty()) {
      throw new TouchstoneException(
          file + " has a header and no rows; an audit needs examples that somebody annotated");
    }
    return new Rows(
        file,
        idAt < 0 ? null : List.copyOf(ids.keySet()),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        annotations(values, importances, confidence));
  }

  private Annotations annotations(
      List<double[]> values, List<int[]> importances, List<Double> confidence) {
    Annotations read = Annotations.of(columns.concepts(), values.toArray(double[][]::new));
    int[] global = columns.global();
    if (global != null) {
      read = read.withGlobalImportances(global);
    } else if (!columns.importances().isEmpty()) {
      read = read.withImportances(importances.toArray(int[][]::new));
    }
    return columns.confidence() == null
        ? read
        : read.withConfidence(confidence.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static int[] positions(TableRows table, List<String> names) {
    return names.stream().mapToInt(table::position).toArray();
  }

  private int label(TableRows table, int position) {
    int label = schema.classes().indexOf(table.text(position));
    if (label < 0) {
      throw table
          .cell(position)
          .refused("is none of the classes " + schema.classes(), "correct the label");
    }
    return label;
  }

  private double concept(TableRows table, int position) {
    int word = columns.words().indexOf(table.text(position));
    if (word >= 0) {
      return word;
    }
    double value = table.number(position);
    if (Double.isFinite(value)) {
      return value;
    }
    throw refused(
        table,
        position,
        "is not a finite number%s; write 1 where the concept is present and 0 where it is absent, or its value%s"
            .formatted(
                columns.words().isEmpty() ? "" : ", nor one of the words " + columns.words(),
                columns.words().isEmpty()
                    ? ", or say the words for both, .conceptWords(\"no\", \"yes\")"
                    : ""));
  }

  private static int importance(TableRows table, int position) {
    double value = table.number(position);
    if (value == -1 || value == 0 || value == 1) {
      return (int) value;
    }
    throw refused(
        table,
        position,
        "is no importance; write -1 where the concept lowers the answer, 0 where it means"
            + " nothing, and 1 where it raises it");
  }

  private static double confidence(TableRows table, int position) {
    double value = table.number(position);
    if (value >= 0 && value <= 1) {
      return value;
    }
    throw refused(
        table,
        position,
        "is no confidence; write a number from 0, for a guess, to 1, for certainty");
  }

  private static TouchstoneException refused(TableRows table, int position, String otherwise) {
    TableCell cell = table.cell(position);
    Optional<String> notation =
        Double.isNaN(table.number(position)) ? table.aboutNotation(cell) : Optional.empty();
    return cell.refused(notation.orElse(otherwise));
  }

  /** The cells that nobody filled in yet, by line. */
  private static final class EmptyCells {
    private final Map<String, List<String>> byRow = new LinkedHashMap<>();
    private int count;

    boolean addIfBlank(TableRows table, int position) {
      if (!table.isBlank(position)) {
        return false;
      }
      TableCell cell = table.cell(position);
      String row = cell.line() == TableCell.NO_LINE ? "row " + cell.row() : "line " + cell.line();
      byRow.computeIfAbsent(row, first -> new ArrayList<>()).add("\"%s\"".formatted(cell.column()));
      count++;
      return true;
    }

    void requireNone(Location file) {
      if (count == 0) {
        return;
      }
      List<String> shown =
          byRow.entrySet().stream()
              .limit(MOST_SHOWN)
              .map(row -> "%s: %s".formatted(row.getKey(), String.join(", ", row.getValue())))
              .toList();
      throw new TouchstoneException(
          "%s: %d cell%s still empty (%s%s); fill them in, or take out the rows of examples that nobody annotates"
              .formatted(
                  file,
                  count,
                  count == 1 ? " is" : "s are",
                  String.join("; ", shown),
                  byRow.size() > MOST_SHOWN
                      ? "; and %d more rows".formatted(byRow.size() - MOST_SHOWN)
                      : ""));
    }
  }
}

package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table hold what an expert says of audit examples beside their labels (thesis,
 * section 5.2.1). Nothing is taken from the columns' names. Immutable.
 *
 * <pre>{@code
 * AuditSet audit =
 *     AuditSet.read(
 *         Datasets.csv("audit.csv").id("applicant").label("deny", "no", "yes"),
 *         AnnotationColumns.ofConcepts("debt", "history")
 *             .importances("debt matters", "history matters")
 *             .confidence("sure"));
 * }</pre>
 */
public final class AnnotationColumns {
  private final List<String> concepts;
  private final List<String> importances;
  private final int @Nullable [] global;
  private final @Nullable String confidence;

  /** How a concept that is absent is written, and one that is present, besides 0 and 1. */
  private final List<String> words;

  private AnnotationColumns(
      List<String> concepts,
      List<String> importances,
      int @Nullable [] global,
      @Nullable String confidence,
      List<String> words) {
    this.concepts = List.copyOf(concepts);
    this.importances = List.copyOf(importances);
    this.global = global;
    this.confidence = confidence;
    this.words = words;
  }

  /**
   * Takes columns for concepts, each of which is called as its column.
   *
   * @param columns numbers: 1 where a concept is present and 0 where it is absent, or its value;
   *     {@linkplain #conceptWords words} if they are said
   * @throws TouchstoneException for no column, or one twice
   */
  public static AnnotationColumns ofConcepts(String... columns) {
    if (columns.length == 0) {
      throw new TouchstoneException(
          "annotations need a concept: name the column of each, .ofConcepts(\"debt\", …)");
    }
    requireDistinct(List.of(columns));
    return new AnnotationColumns(List.of(columns), List.of(), null, null, List.of());
  }

  /**
   * Takes columns for how each concept ought to move an example's answer, as the expert sees it.
   *
   * @param columns −1 (lowers the answer), 0 (means nothing) or 1 (raises it); one per concept, in
   *     the order of the concepts
   * @throws TouchstoneException for more or fewer than concepts, or one that is used already
   */
  public AnnotationColumns importances(String... columns) {
    requireLength(columns.length, "columns of importances");
    AnnotationColumns with =
        new AnnotationColumns(concepts, List.of(columns), null, confidence, words);
    requireDistinct(with.all());
    return with;
  }

  /**
   * Says once for all examples how much each concept matters.
   *
   * @param values −1, 0 or 1; one per concept, in the order of the concepts
   * @throws TouchstoneException for more or fewer than concepts, or another number
   */
  public AnnotationColumns globalImportances(int... values) {
    requireLength(values.length, "importances for all examples");
    Annotations.requireImportances("the importances for all examples", concepts, values);
    return new AnnotationColumns(concepts, List.of(), values.clone(), confidence, words);
  }

  /**
   * Takes a column for how sure the expert is of an example's label and annotations.
   *
   * @param column numbers between 0 and 1; without it the expert is sure of all
   * @throws TouchstoneException for one that is used already
   */
  public AnnotationColumns confidence(String column) {
    AnnotationColumns with = new AnnotationColumns(concepts, importances, global, column, words);
    requireDistinct(with.all());
    return with;
  }

  /**
   * Reads words in columns of concepts, too, each exactly as it is written.
   *
   * @param absent stands for 0, such as {@code "no"}
   * @param present stands for 1, such as {@code "yes"}
   * @throws TouchstoneException for one word for both
   */
  public AnnotationColumns conceptWords(String absent, String present) {
    if (absent.equals(present)) {
      throw new TouchstoneException(
          "a concept that is absent and one that is present are both written \"%s\"; give two words"
              .formatted(absent));
    }
    return new AnnotationColumns(
        concepts, importances, global, confidence, List.of(absent, present));
  }

  private void requireLength(int given, String what) {
    if (given != concepts.size()) {
      throw new TouchstoneException(
          "%d %s were given for the %d concepts %s; give one for each, in their order"
              .formatted(given, what, concepts.size(), concepts));
    }
  }

  private static void requireDistinct(List<String> columns) {
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw new TouchstoneException(
            "the column \"%s\" is named twice among the annotations; each holds one thing"
                .formatted(column));
      }
    }
  }

  List<String> concepts() {
    return concepts;
  }

  /** The columns of importances; empty where there are none, or one row for all examples. */
  List<String> importances() {
    return importances;
  }

  /** The importances for all examples; null where there are none, or columns of them. */
  int @Nullable [] global() {
    return global;
  }

  @Nullable String confidence() {
    return confidence;
  }

  /** The words for 0 and 1; empty where concepts are numbers alone. */
  List<String> words() {
    return words;
  }

  /** All columns, those of the concepts first. */
  List<String> all() {
    List<String> all = new ArrayList<>(concepts);
    all.addAll(importances);
    if (confidence != null) {
      all.add(confidence);
    }
    return all;
  }

  /**
   * Refuses columns that cannot be meant beside what a table's columns mean otherwise: a concept
   * may be a feature or a group, too, and what an expert thinks of an example neither.
   *
   * @param what names the table
   * @throws TouchstoneException naming the column
   */
  void requireApartFrom(String what, TableSchema schema) {
    Set<String> declared = new LinkedHashSet<>();
    schema.features().forEach(feature -> declared.add(feature.name()));
    for (String column : all()) {
      boolean concept = concepts.contains(column);
      String other =
          column.equals(schema.id())
              ? "the id"
              : column.equals(schema.target())
                  ? "what is to be predicted"
                  : column.equals(schema.weight())
                      ? "the weight"
                      : !concept && declared.contains(column)
                          ? "a feature"
                          : !concept && schema.groups().contains(column) ? "a group" : "";
      if (!other.isEmpty()) {
        throw new TouchstoneException(
            "%s: the column \"%s\" cannot be %s and %s; name another"
                .formatted(
                    what,
                    column,
                    concept
                        ? "a concept"
                        : column.equals(confidence) ? "the confidence" : "an importance",
                    other));
      }
    }
  }
}

package dev.touchstone.data;

import dev.touchstone.data.format.CsvFormat;
import dev.touchstone.data.format.StrictObject;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a CSV file mean.
 *
 * @param id the column of stable ids; null for the position in the file
 * @param label the column of the classes; null if nobody said yet
 * @param value the column of the values to predict, in the label's place; null for classes
 * @param classes the label's values in the order of the model's outputs; empty to take them from
 *     the data, sorted
 * @param weight the column of the training weights; null where all examples count alike
 * @param groups the group columns
 * @param features the columns that the model sees, in the order of its inputs; empty for all
 *     others, as numbers
 * @param all whether every column without another meaning is a feature, those that are not among
 *     the features as numbers
 * @param without columns that mean nothing
 * @param missing what stands for a missing value in a feature, besides nothing; null where none may
 *     be missing
 * @param format how the table is written
 * @param annotations the columns that hold an expert's annotations; null for none
 */
record TableSchema(
    @Nullable String id,
    @Nullable String label,
    @Nullable Values value,
    List<String> classes,
    @Nullable String weight,
    List<String> groups,
    List<TableColumn> features,
    boolean all,
    Set<String> without,
    @Nullable Set<String> missing,
    CsvFormat format,
    @Nullable AnnotationColumns annotations) {
  private static final int MOST_BYTES = 16 << 20;
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "label",
          "value",
          "unit",
          "classes",
          "weight",
          "groups",
          "features",
          "columns",
          "without",
          "missing",
          "delimiter",
          "quote",
          "decimal",
          "thousands",
          "concepts",
          "conceptWords",
          "importances",
          "globalImportances",
          "confidence");
  private static final Set<String> FEATURE_KEYS = Set.of("name", "type", "values");

  static final TableSchema EMPTY =
      new TableSchema(
          null,
          null,
          null,
          List.of(),
          null,
          List.of(),
          List.of(),
          false,
          Set.of(),
          null,
          CsvFormat.DEFAULT,
          null);

  TableSchema {
    classes = List.copyOf(classes);
    if (classes.stream().distinct().count() < classes.size()) {
      throw new IllegalArgumentException("the classes name one twice: " + classes);
    }
    groups = List.copyOf(groups);
    features = List.copyOf(features);
    without = Set.copyOf(without);
    missing = missing == null ? null : Set.copyOf(missing);
  }

  TableSchema withId(@Nullable String column) {
    return new TableSchema(
        column,
        label,
        value,
        classes,
        weight,
        groups,
        features,
        all,
        without,
        missing,
        format,
        annotations);
  }

  TableSchema withLabel(String column, List<String> values) {
    return new TableSchema(
        id,
        column,
        null,
        values,
        weight,
        groups,
        features,
        all,
        without,
        missing,
        format,
        annotations);
  }

  TableSchema withValue(String column, String unit) {
    return new TableSchema(
        id,
        null,
        new Values(column, unit),
        List.of(),
        weight,
        groups,
        features,
        all,
        without,
        missing,
        format,
        annotations);
  }

  TableSchema withWeight(String column) {
    return new TableSchema(
        id,
        label,
        value,
        classes,
        column,
        groups,
        features,
        all,
        without,
        missing,
        format,
        annotations);
  }

  TableSchema withGroups(List<String> columns) {
    return new TableSchema(
        id,
        label,
        value,
        classes,
        weight,
        columns,
        features,
        all,
        without,
        missing,
        format,
        annotations);
  }

  TableSchema withAllColumns() {
    return new TableSchema(
        id,
        label,
        value,
        classes,
        weight,
        groups,
        features,
        true,
        without,
        missing,
        format,
        annotations);
  }

  TableSchema withoutColumns(List<String> columns) {
    Set<String> more = new LinkedHashSet<>(without);
    more.addAll(columns);
    return new TableSchema(
        id,
        label,
        value,
        classes,
        weight,
        groups,
        features,
        all,
        more,
        missing,
        format,
        annotations);
  }

  TableSchema withMissing(Set<String> words) {
    return new TableSchema(
        id,
        label,
        value,
        classes,
        weight,
        groups,
        features,
        all,
        without,
        words,
        format,
        annotations);
  }

  TableSchema withFormat(CsvFormat other) {
    return new TableSchema(
        id,
        label,
        value,
        classes,
        weight,
        groups,
        features,
        all,
        without,
        missing,
        other,
        annotations);
  }

  TableSchema withFeature(TableColumn column) {
    List<TableColumn> more = new ArrayList<>(features);
    more.add(column);
    return new TableSchema(
        id,
        label,
        value,
        classes,
        weight,
        groups,
        more,
        all,
        without,
        missing,
        format,
        annotations);
  }

  /** The column of labels or values; null if nobody said yet. */
  @Nullable String target() {
    return value == null ? label : value.column();
  }

  /**
   * Values to predict.
   *
   * @param unit empty for numbers without one
   */
  record Values(String column, String unit) {}

  /**
   * Reads {@code {"id", "label", "classes", "weight", "groups", "features": [{"name", "type", …}],
   * …}}, as {@code docs/data.md} has it.
   */
  static TableSchema read(Location file) {
    try {
      return of(StrictObject.parse(new String(file.read(MOST_BYTES), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      throw new TouchstoneException(
          file
              + " is no schema of a table: "
              + e.getMessage()
              + "; expected {\"id\": …, \"label\": …, \"classes\": […] (or \"value\": …, \"unit\":"
              + " …), \"weight\": …, \"groups\": […], \"features\": [{\"name\": …, \"type\":"
              + " \"numeric\"}, {\"name\": …, \"type\": \"categorical\", \"values\": […]},"
              + " {\"name\": …, \"type\": \"boolean\"}, {\"name\": …, \"type\": \"text\"}],"
              + " \"columns\": \"all\", \"without\": […], \"missing\": […], \"delimiter\": \";\","
              + " \"quote\": …, \"decimal\": \",\", \"thousands\": …, \"concepts\": […],"
              + " \"importances\": […], \"confidence\": …}",
          e);
    }
  }

  private static TableSchema of(StrictObject json) {
    json.allowOnly(KEYS);
    if (json.has("label") == json.has("value")) {
      throw new IllegalArgumentException(
          json.has("label")
              ? "it names both a \"label\", of classes, and a \"value\", of a regression"
              : "it names no \"label\", of classes, and no \"value\", of a regression");
    }
    if (json.has("value") && json.has("classes") || json.has("unit") && !json.has("value")) {
      throw new IllegalArgumentException(
          "\"classes\" belong to a \"label\" and a \"unit\" to a \"value\"");
    }
    return new TableSchema(
        json.has("id") ? json.text("id") : null,
        json.has("label") ? json.text("label") : null,
        json.has("value")
            ? new Values(json.text("value"), json.has("unit") ? json.text("unit") : "")
            : null,
        json.texts("classes"),
        json.has("weight") ? json.text("weight") : null,
        json.texts("groups"),
        json.objects("features").stream().map(TableSchema::column).toList(),
        isAll(json),
        Set.copyOf(json.texts("without")),
        json.has("missing") ? Set.copyOf(json.texts("missing")) : null,
        format(json),
        annotations(json));
  }

  /** As the attributes of an audit set's annotation are called. */
  private static @Nullable AnnotationColumns annotations(StrictObject json) {
    List<String> concepts = json.texts("concepts");
    if (concepts.isEmpty()) {
      for (String key : List.of("conceptWords", "importances", "globalImportances", "confidence")) {
        if (json.has(key)) {
          throw new IllegalArgumentException(
              "it has \"%s\" and no \"concepts\" that they are of".formatted(key));
        }
      }
      return null;
    }
    List<String> words = json.texts("conceptWords");
    List<String> importances = json.texts("importances");
    List<String> global = json.texts("globalImportances");
    if (!words.isEmpty() && words.size() != 2) {
      throw new IllegalArgumentException(
          "conceptWords should be the word for absent and the one for present, and is " + words);
    }
    if (!importances.isEmpty() && !global.isEmpty()) {
      throw new IllegalArgumentException(
          "it has importances of each example and globalImportances; give one of them");
    }
    try {
      AnnotationColumns columns = AnnotationColumns.ofConcepts(concepts.toArray(String[]::new));
      if (!words.isEmpty()) {
        columns = columns.conceptWords(words.get(0), words.get(1));
      }
      if (!importances.isEmpty()) {
        columns = columns.importances(importances.toArray(String[]::new));
      }
      if (!global.isEmpty()) {
        columns =
            columns.globalImportances(global.stream().mapToInt(TableSchema::importance).toArray());
      }
      return json.has("confidence") ? columns.confidence(json.text("confidence")) : columns;
    } catch (TouchstoneException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static int importance(String written) {
    return switch (written) {
      case "-1" -> -1;
      case "0" -> 0;
      case "1" -> 1;
      default ->
          throw new IllegalArgumentException(
              "globalImportances should be -1, 0 or 1 each, and one is \"%s\"".formatted(written));
    };
  }

  private static boolean isAll(StrictObject json) {
    if (json.has("columns") && !json.text("columns").equals("all")) {
      throw new IllegalArgumentException(
          "columns should be \"all\", and is \"%s\"; name columns among the \"features\""
              .formatted(json.text("columns")));
    }
    return json.has("columns");
  }

  private static CsvFormat format(StrictObject json) {
    CsvFormat format = CsvFormat.DEFAULT;
    if (json.has("decimal")) {
      format = format.withDecimal(json.character("decimal"));
    }
    if (json.has("delimiter")) {
      format = format.withDelimiter(json.character("delimiter"));
    }
    if (json.has("quote")) {
      format = format.withQuote(json.character("quote"));
    }
    return json.has("thousands") ? format.withThousands(json.character("thousands")) : format;
  }

  private static TableColumn column(StrictObject feature) {
    feature.allowOnly(FEATURE_KEYS);
    if (!feature.has("name") || !feature.has("type")) {
      throw new IllegalArgumentException("a feature needs a \"name\" and a \"type\": " + feature);
    }
    String name = feature.text("name");
    String type = feature.text("type");
    return switch (type) {
      case "numeric" -> {
        if (feature.has("values")) {
          throw new IllegalArgumentException(
              "the numeric feature \"" + name + "\" has values, which only a categorical one has");
        }
        yield new TableColumn.Numeric(name);
      }
      case "text" -> {
        if (feature.has("values")) {
          throw new IllegalArgumentException(
              "the text \"" + name + "\" has values, which only a categorical feature has");
        }
        yield new TableColumn.Text(name);
      }
      case "boolean" -> {
        if (feature.has("values")) {
          throw new IllegalArgumentException(
              "the boolean \"" + name + "\" has values, which only a categorical feature has");
        }
        yield new TableColumn.Truth(name);
      }
      case "categorical" -> TableColumn.Categorical.of(name, feature.texts("values"));
      default ->
          throw new IllegalArgumentException(
              "the feature \""
                  + name
                  + "\" has the type \""
                  + type
                  + "\", which is neither numeric nor categorical nor boolean nor text");
    };
  }
}

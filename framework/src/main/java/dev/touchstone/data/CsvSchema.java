package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a CSV file mean.
 *
 * @param id the column of stable ids; null for the position in the file
 * @param label the column of the classes; null if nobody said yet
 * @param classes the label's values in the order of the model's outputs; empty to take them from
 *     the data, sorted
 * @param groups the group columns
 * @param features the columns that the model sees, in the order of its inputs; empty for all
 *     others, as numbers
 */
record CsvSchema(
    @Nullable String id,
    @Nullable String label,
    List<String> classes,
    List<String> groups,
    List<CsvColumn> features) {
  private static final int MOST_BYTES = 16 << 20;
  private static final Set<String> KEYS = Set.of("id", "label", "classes", "groups", "features");
  private static final Set<String> FEATURE_KEYS = Set.of("name", "type", "values");

  static final CsvSchema EMPTY = new CsvSchema(null, null, List.of(), List.of(), List.of());

  CsvSchema {
    classes = List.copyOf(classes);
    if (classes.stream().distinct().count() < classes.size()) {
      throw new IllegalArgumentException("the classes name one twice: " + classes);
    }
    groups = List.copyOf(groups);
    features = List.copyOf(features);
  }

  CsvSchema withId(String column) {
    return new CsvSchema(column, label, classes, groups, features);
  }

  CsvSchema withLabel(String column, List<String> values) {
    return new CsvSchema(id, column, values, groups, features);
  }

  CsvSchema withGroups(List<String> columns) {
    return new CsvSchema(id, label, classes, columns, features);
  }

  CsvSchema withFeature(CsvColumn column) {
    List<CsvColumn> more = new ArrayList<>(features);
    more.add(column);
    return new CsvSchema(id, label, classes, groups, more);
  }

  /** Reads {@code {"id", "label", "classes", "groups", "features": [{"name", "type", …}]}}. */
  static CsvSchema read(Location file) {
    try {
      return of(StrictObject.parse(new String(file.read(MOST_BYTES), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      throw new TouchstoneException(
          file
              + " is no schema of a table: "
              + e.getMessage()
              + "; expected {\"id\": …, \"label\": …, \"classes\": […], \"groups\": […],"
              + " \"features\": [{\"name\": …, \"type\": \"numeric\"}, {\"name\": …, \"type\":"
              + " \"categorical\", \"values\": […]}]}",
          e);
    }
  }

  private static CsvSchema of(StrictObject json) {
    json.allowOnly(KEYS);
    if (!json.has("label")) {
      throw new IllegalArgumentException("it names no \"label\"");
    }
    return new CsvSchema(
        json.has("id") ? json.text("id") : null,
        json.text("label"),
        json.texts("classes"),
        json.texts("groups"),
        json.objects("features").stream().map(CsvSchema::column).toList());
  }

  private static CsvColumn column(StrictObject feature) {
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
        yield new CsvColumn.Numeric(name);
      }
      case "categorical" -> CsvColumn.Categorical.of(name, feature.texts("values"));
      default ->
          throw new IllegalArgumentException(
              "the feature \""
                  + name
                  + "\" has the type \""
                  + type
                  + "\", which is neither numeric nor categorical");
    };
  }
}

package dev.touchstone.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
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

  static final CsvSchema EMPTY = new CsvSchema(null, null, List.of(), List.of(), List.of());

  CsvSchema {
    classes = List.copyOf(classes);
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
      String text = new String(file.read(MOST_BYTES), StandardCharsets.UTF_8);
      return of(JsonParser.parseString(text).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
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

  private static CsvSchema of(JsonObject json) {
    for (String key : json.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("it has an unknown key \"" + key + "\"");
      }
    }
    if (!json.has("label")) {
      throw new IllegalArgumentException("it names no \"label\"");
    }
    List<CsvColumn> features = new ArrayList<>();
    for (JsonElement feature : array(json, "features")) {
      features.add(column(feature.getAsJsonObject()));
    }
    return new CsvSchema(
        json.has("id") ? json.get("id").getAsString() : null,
        json.get("label").getAsString(),
        texts(array(json, "classes")),
        texts(array(json, "groups")),
        features);
  }

  private static CsvColumn column(JsonObject feature) {
    if (!feature.has("name") || !feature.has("type")) {
      throw new IllegalArgumentException("a feature needs a \"name\" and a \"type\": " + feature);
    }
    String name = feature.get("name").getAsString();
    String type = feature.get("type").getAsString();
    return switch (type) {
      case "numeric" -> new CsvColumn.Numeric(name);
      case "categorical" -> CsvColumn.Categorical.of(name, texts(array(feature, "values")));
      default ->
          throw new IllegalArgumentException(
              "the feature \""
                  + name
                  + "\" has the type \""
                  + type
                  + "\", which is neither numeric nor categorical");
    };
  }

  private static JsonArray array(JsonObject json, String key) {
    return json.has(key) ? json.getAsJsonArray(key) : new JsonArray();
  }

  private static List<String> texts(JsonArray array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.getAsString()));
    return texts;
  }
}

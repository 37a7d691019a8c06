package dev.touchstone.data.format;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.touchstone.runtime.StrictJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Hugging Face's {@code datasets} says of the columns of a file that it wrote. */
final class HuggingFaceFeatures {
  /** The key under which it stands in a footer. */
  static final String KEY = "huggingface";

  private HuggingFaceFeatures() {}

  /**
   * The names of each column's classes, which stand in it as numbers from 0 on ({@code
   * ClassLabel}).
   *
   * @param values what stands under the key; whatever else that is says nothing
   */
  static Map<String, List<String>> classNames(List<String> values) {
    Map<String, List<String>> names = new HashMap<>();
    for (String value : values) {
      try {
        JsonObject features = inner(inner(StrictJson.parse(value), "info"), "features");
        features
            .asMap()
            .forEach(
                (column, feature) -> {
                  if (feature.isJsonObject() && isClassLabel(feature.getAsJsonObject())) {
                    names.put(
                        column,
                        feature.getAsJsonObject().getAsJsonArray("names").asList().stream()
                            .map(JsonElement::getAsString)
                            .toList());
                  }
                });
      } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
        return Map.of();
      }
    }
    return names;
  }

  private static JsonObject inner(JsonElement of, String key) {
    @Nullable JsonElement inner = of.getAsJsonObject().get(key);
    return inner == null || !inner.isJsonObject() ? new JsonObject() : inner.getAsJsonObject();
  }

  private static boolean isClassLabel(JsonObject feature) {
    return feature.has("_type")
        && feature.get("_type").isJsonPrimitive()
        && feature.get("_type").getAsString().equals("ClassLabel")
        && feature.has("names")
        && feature.get("names").isJsonArray();
  }
}

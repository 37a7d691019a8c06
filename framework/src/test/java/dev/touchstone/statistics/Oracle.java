package dev.touchstone.statistics;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** The numbers that src/test/python/statistics_oracle.py wrote. */
final class Oracle {
  private Oracle() {}

  static List<JsonObject> cases(String name) {
    try (InputStream in = Oracle.class.getResourceAsStream("oracle.json");
        Reader reader = new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8)) {
      return objects(JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonObject> objects(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  static double[] numbers(JsonObject of, String name) {
    return StreamSupport.stream(of.getAsJsonArray(name).spliterator(), false)
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }
}

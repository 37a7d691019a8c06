package dev.touchstone.guiding.repair;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.linalg.Matrix;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** Reference numbers of {@code src/test/resources/reference}. */
record Json(JsonObject object) {

  static Json of(String file) {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Json.class.getResourceAsStream("/reference/" + file)),
            StandardCharsets.UTF_8)) {
      return new Json(new Gson().fromJson(reader, JsonObject.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Matrix matrix(String name) {
    return Matrix.ofRows(
        StreamSupport.stream(object.get(name).getAsJsonArray().spliterator(), false)
            .map(Json::numbers)
            .toArray(double[][]::new));
  }

  double[] numbers(String name) {
    return numbers(object.get(name));
  }

  int[] labels(String name) {
    return StreamSupport.stream(object.get(name).getAsJsonArray().spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }

  private static double[] numbers(JsonElement array) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }
}

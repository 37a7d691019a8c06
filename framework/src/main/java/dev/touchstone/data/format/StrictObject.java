package dev.touchstone.data.format;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.touchstone.runtime.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A JSON object that people write by hand: of what is wrong it says where. Everything is refused
 * with an {@link IllegalArgumentException} that names the place and not the file.
 *
 * @param json the object
 * @param place where it stands, empty for the outermost one
 */
public record StrictObject(JsonObject json, String place) {
  private static final int MOST_SHOWN = 60;

  /** Reads a text that is one object and nothing else, as {@link StrictJson} reads it. */
  public static StrictObject parse(String text) {
    // What Windows programs put before UTF-8.
    String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
    JsonElement element;
    try {
      element = StrictJson.parse(bare);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("it " + e.getMessage(), e);
    }
    if (!element.isJsonObject()) {
      throw new IllegalArgumentException("it is no object, but " + shown(element));
    }
    return new StrictObject(element.getAsJsonObject(), "");
  }

  /** Refuses keys other than these. */
  public void allowOnly(Set<String> keys) {
    for (String key : json.keySet()) {
      if (!keys.contains(key)) {
        throw new IllegalArgumentException(
            (place.isEmpty() ? "it" : place) + " has an unknown key \"" + cut(key) + "\"");
      }
    }
  }

  /** Returns whether the object has a key. */
  public boolean has(String key) {
    return json.has(key);
  }

  /** Returns the text, number or truth value of a key as it is written. */
  public String text(String key) {
    return text(json.get(key), at(key));
  }

  /** A text of one character. */
  public char character(String key) {
    String text = text(key);
    if (text.length() != 1) {
      throw unexpected(at(key), "one character", json.get(key));
    }
    return text.charAt(0);
  }

  /** The texts of a list; none where there is no such key. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    JsonArray array = array(key);
    for (int i = 0; i < array.size(); i++) {
      texts.add(text(array.get(i), at(key) + "[" + i + "]"));
    }
    return texts;
  }

  /** The objects of a list; none where there is no such key. */
  public List<StrictObject> objects(String key) {
    List<StrictObject> objects = new ArrayList<>();
    JsonArray array = array(key);
    for (int i = 0; i < array.size(); i++) {
      String where = at(key) + "[" + i + "]";
      if (!array.get(i).isJsonObject()) {
        throw unexpected(where, "an object", array.get(i));
      }
      objects.add(new StrictObject(array.get(i).getAsJsonObject(), where));
    }
    return objects;
  }

  private JsonArray array(String key) {
    JsonElement value = json.has(key) ? json.get(key) : new JsonArray();
    if (!value.isJsonArray()) {
      throw unexpected(at(key), "a list", value);
    }
    return value.getAsJsonArray();
  }

  /** Numbers and truth values stand for themselves: classes are often written so. */
  private static String text(JsonElement value, String where) {
    if (!value.isJsonPrimitive()) {
      throw unexpected(where, "a text", value);
    }
    return value.getAsString();
  }

  private String at(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  private static IllegalArgumentException unexpected(
      String where, String expected, JsonElement found) {
    return new IllegalArgumentException(
        "%s should be %s, and is %s".formatted(where, expected, shown(found)));
  }

  private static String shown(JsonElement element) {
    return cut(element.toString());
  }

  private static String cut(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  @Override
  public String toString() {
    return shown(json);
  }
}

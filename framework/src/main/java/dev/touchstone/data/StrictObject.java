package dev.touchstone.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON object that people write by hand: of what is wrong it says where. Everything is refused
 * with an {@link IllegalArgumentException} that names the place and not the file.
 *
 * @param json the object
 * @param place where it stands, empty for the outermost one
 */
record StrictObject(JsonObject json, String place) {
  private static final int MOST_SHOWN = 60;
  private static final Pattern POSITION = Pattern.compile("line (\\d+) column (\\d+)");

  /** Reads a text that is one object and nothing else, by the letter of RFC 8259. */
  static StrictObject parse(String text) {
    // What Windows programs put before UTF-8.
    String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try (JsonReader reader = new JsonReader(new StringReader(bare))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("something follows its end");
      }
      if (!element.isJsonObject()) {
        throw new IllegalArgumentException("it is no object, but " + shown(element));
      }
      return new StrictObject(element.getAsJsonObject(), "");
    } catch (EOFException e) {
      throw new IllegalArgumentException("it is empty or ends early", e);
    } catch (JsonParseException | IOException e) {
      throw new IllegalArgumentException("it is not JSON" + whatIsWrong(e, bare), e);
    }
  }

  /** The place, and of the commonest slip what it is. */
  private static String whatIsWrong(Exception e, String text) {
    Throwable cause = e.getCause() instanceof IOException inner ? inner : e;
    if (cause instanceof EOFException) {
      return ": it ends early";
    }
    Matcher position = POSITION.matcher(String.valueOf(cause.getMessage()));
    if (!position.find()) {
      return ": " + cause.getMessage();
    }
    int line = Integer.parseInt(position.group(1));
    // Of the sign that was read last; Gson names the one after it.
    int column = Integer.parseInt(position.group(2));
    String comma = upToTheComma(text, line, column);
    return comma.isEmpty()
        ? " near line %d, column %d: expected a name or a value in double quotes, a number, [ or {"
            .formatted(line, column - 1)
        : " at line %d, column %d: a comma with nothing after it; remove the comma"
            .formatted(
                comma.chars().filter(c -> c == '\n').count() + 1,
                comma.length() - 1 - comma.lastIndexOf('\n'));
  }

  /** The text up to a comma behind which a list or an object ends; empty where there is none. */
  private static String upToTheComma(String text, int line, int column) {
    List<String> lines = text.lines().limit(line).toList();
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    List<String> read = new ArrayList<>(lines);
    if (!read.isEmpty()) {
      read.set(read.size() - 1, last.substring(0, Math.min(column, last.length())));
    }
    String bare = String.join("\n", read).replaceAll("[\\]}\\s]+$", "");
    return bare.endsWith(",") ? bare : "";
  }

  void allowOnly(Set<String> keys) {
    for (String key : json.keySet()) {
      if (!keys.contains(key)) {
        throw new IllegalArgumentException(
            (place.isEmpty() ? "it" : place) + " has an unknown key \"" + cut(key) + "\"");
      }
    }
  }

  boolean has(String key) {
    return json.has(key);
  }

  String text(String key) {
    return text(json.get(key), at(key));
  }

  /** The texts of a list; none where there is no such key. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    JsonArray array = array(key);
    for (int i = 0; i < array.size(); i++) {
      texts.add(text(array.get(i), at(key) + "[" + i + "]"));
    }
    return texts;
  }

  /** The objects of a list; none where there is no such key. */
  List<StrictObject> objects(String key) {
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

package dev.touchstone.runtime;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Reads JSON that every reader understands alike: by the letter of RFC 8259, one value and nothing
 * after it, no name twice in one object, nested in bounds. Messages begin with a verb, such as "is
 * not JSON at line 1, column 14: …"; the file is named by whoever asks.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class StrictJson {
  private static final int DEEPEST = 64;
  private static final Pattern POSITION = Pattern.compile("line (\\d+) column (\\d+)");

  private StrictJson() {}

  /** A name stands twice in one object; of its two values readers take the one or the other. */
  public static final class RepeatedNameException extends JsonParseException {
    private static final long serialVersionUID = 1L;

    private final String name;

    private RepeatedNameException(String name, String place) {
      super("says \"%s\" twice in one object, near %s".formatted(name, place));
      this.name = name;
    }

    /** Returns the name. */
    public String name() {
      return name;
    }
  }

  /**
   * Reads a whole text. Numbers keep their digits until somebody asks for a value.
   *
   * @throws RepeatedNameException if a name stands twice in an object
   * @throws JsonParseException if it is not JSON, or nests deeper than 64 levels
   */
  public static JsonElement parse(String text) {
    if (text.isBlank()) {
      throw new JsonParseException("is empty or ends early");
    }
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement root = element(reader, 0);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("goes on after its end, near " + place(reader));
      }
      return root;
    } catch (IOException | IllegalStateException e) {
      throw new JsonParseException("is not JSON" + whatIsWrong(e, text), e);
    }
  }

  /** Gson's own tree forgets the first of two values of one name. */
  private static JsonElement element(JsonReader reader, int depth) throws IOException {
    JsonToken token = reader.peek();
    if (depth == DEEPEST && (token == JsonToken.BEGIN_OBJECT || token == JsonToken.BEGIN_ARRAY)) {
      throw new JsonParseException(
          "nests deeper than %d levels, near %s".formatted(DEEPEST, place(reader)));
    }
    return switch (token) {
      case BEGIN_OBJECT -> {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
          String name = reader.nextName();
          if (object.has(name)) {
            throw new RepeatedNameException(name, place(reader));
          }
          object.add(name, element(reader, depth + 1));
        }
        reader.endObject();
        yield object;
      }
      case BEGIN_ARRAY -> {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
          array.add(element(reader, depth + 1));
        }
        reader.endArray();
        yield array;
      }
      case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
      case STRING -> new JsonPrimitive(reader.nextString());
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      default -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
    };
  }

  private static String place(JsonReader reader) {
    Matcher position = POSITION.matcher(reader.toString());
    return position.find()
        ? "line %s, column %s".formatted(position.group(1), position.group(2))
        : "its beginning";
  }

  /** The place, and of the commonest slip what it is. */
  private static String whatIsWrong(Exception e, String text) {
    if (e instanceof EOFException) {
      return ": it ends early";
    }
    Matcher position = POSITION.matcher(String.valueOf(e.getMessage()));
    if (!position.find()) {
      return ": " + e.getMessage();
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
}

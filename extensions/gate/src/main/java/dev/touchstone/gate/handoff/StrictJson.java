package dev.touchstone.gate.handoff;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** JSON that every reader understands alike: no comments, no name twice in one object. */
final class StrictJson {
  private StrictJson() {}

  /**
   * Parses a whole text.
   *
   * @throws JsonParseException if it is no JSON by RFC 8259, or a name stands twice in an object
   */
  static JsonElement parse(String text) {
    try {
      refuseNamesThatStandTwice(text);
      return JsonParser.parseReader(strict(text));
    } catch (IOException e) {
      throw new JsonParseException(e);
    }
  }

  private static void refuseNamesThatStandTwice(String text) throws IOException {
    Deque<Set<String>> open = new ArrayDeque<>();
    JsonReader reader = strict(text);
    for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
      switch (token) {
        case BEGIN_OBJECT -> {
          reader.beginObject();
          open.push(new HashSet<>());
        }
        case END_OBJECT -> {
          reader.endObject();
          open.pop();
        }
        case BEGIN_ARRAY -> reader.beginArray();
        case END_ARRAY -> reader.endArray();
        case NAME -> {
          String name = reader.nextName();
          if (!open.element().add(name)) {
            throw new JsonParseException("\"" + name + "\" stands twice in one object");
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  private static JsonReader strict(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    return reader;
  }
}

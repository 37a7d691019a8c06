package dev.touchstone.model.tree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads Universal Binary JSON (draft 12, with the typed arrays that XGBoost writes), whatever
 * follows the value aside. Sizes are held against the bytes that are there before anything is made
 * of them.
 */
final class UniversalBinaryJson {
  private static final int DEEPEST = 64;

  private final String name;
  private final ByteBuffer in;

  private UniversalBinaryJson(String name, byte[] bytes) {
    this.name = name;
    this.in = ByteBuffer.wrap(bytes);
  }

  /**
   * Reads a value.
   *
   * @param name what to call the file
   * @throws TouchstoneException if it is none
   */
  static JsonElement parse(String name, byte[] bytes) {
    UniversalBinaryJson reader = new UniversalBinaryJson(name, bytes);
    return reader.value(reader.marker(), 0);
  }

  private char marker() {
    char marker;
    do {
      marker = (char) (bytes(1).get() & 0xFF);
    } while (marker == 'N');
    return marker;
  }

  private JsonElement value(char marker, int depth) {
    return switch (marker) {
      case 'Z' -> JsonNull.INSTANCE;
      case 'T' -> new JsonPrimitive(true);
      case 'F' -> new JsonPrimitive(false);
      case 'i', 'U', 'I', 'l', 'L' -> new JsonPrimitive(whole(marker));
      case 'd' -> new JsonPrimitive(bytes(4).getFloat());
      case 'D' -> new JsonPrimitive(bytes(8).getDouble());
      case 'C' -> new JsonPrimitive(String.valueOf((char) (bytes(1).get() & 0x7F)));
      case 'S', 'H' -> new JsonPrimitive(text());
      case '[' -> array(deeper(depth));
      case '{' -> object(deeper(depth));
      default -> throw damaged("has no value marked 0x%02x".formatted((int) marker));
    };
  }

  private int deeper(int depth) {
    if (depth == DEEPEST) {
      throw damaged("nests deeper than %d levels".formatted(DEEPEST));
    }
    return depth + 1;
  }

  private JsonArray array(int depth) {
    JsonArray array = new JsonArray();
    char marker = marker();
    char type = 0;
    if (marker == '$') {
      type = marker();
      marker = marker();
    }
    if (marker == '#') {
      int length = length(type == 0 ? 1 : Math.max(1, sizeOf(type)));
      for (int i = 0; i < length; i++) {
        array.add(value(type == 0 ? marker() : type, depth));
      }
      return array;
    }
    if (type != 0) {
      throw damaged("has a list of one type without its length");
    }
    while (marker != ']') {
      array.add(value(marker, depth));
      marker = marker();
    }
    return array;
  }

  private JsonObject object(int depth) {
    JsonObject object = new JsonObject();
    char marker = marker();
    if (marker == '#' || marker == '$') {
      throw damaged("has an object of a stated size, which XGBoost does not write");
    }
    while (marker != '}') {
      int length = length(marker, 1);
      String key = text(length);
      if (object.has(key)) {
        throw damaged("says \"%s\" twice in one object".formatted(key));
      }
      object.add(key, value(marker(), depth));
      marker = marker();
    }
    return object;
  }

  private static int sizeOf(char type) {
    return switch (type) {
      case 'i', 'U', 'C' -> 1;
      case 'I' -> 2;
      case 'l', 'd' -> 4;
      case 'L', 'D' -> 8;
      default -> 0;
    };
  }

  private long whole(char type) {
    return switch (type) {
      case 'i' -> bytes(1).get();
      case 'U' -> bytes(1).get() & 0xFF;
      case 'I' -> bytes(2).getShort();
      case 'l' -> bytes(4).getInt();
      case 'L' -> bytes(8).getLong();
      default -> throw damaged("has a length marked 0x%02x".formatted((int) type));
    };
  }

  private int length(int bytesOfOne) {
    return length(marker(), bytesOfOne);
  }

  private int length(char type, int bytesOfOne) {
    long length = whole(type);
    if (length < 0 || length > in.remaining() / bytesOfOne) {
      throw damaged("states a length of %d, which it does not have".formatted(length));
    }
    return (int) length;
  }

  private String text() {
    return text(length(1));
  }

  private String text(int length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes(length)).toString();
    } catch (CharacterCodingException e) {
      throw damaged("has a text that is not UTF-8");
    }
  }

  private ByteBuffer bytes(int count) {
    if (in.remaining() < count) {
      throw damaged("ends early");
    }
    ByteBuffer some = in.slice(in.position(), count);
    in.position(in.position() + count);
    return some;
  }

  private TouchstoneException damaged(String what) {
    return new TouchstoneException(
        "%s %s, at byte %d; is it whole, and Universal Binary JSON as XGBoost's save_model(\"….ubj\") writes it?"
            .formatted(name, what, in.position()));
  }
}

package dev.touchstone.evidence.record;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.VerdictJson;
import java.math.BigDecimal;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The properties of a JSON object, each of the type that is asked for or refused by its place. */
final class Fields {
  private final JsonObject json;
  private final Place place;

  private Fields(JsonObject json, Place place) {
    this.json = json;
    this.place = place;
  }

  static Fields of(JsonElement json, String place) {
    return of(json, () -> place);
  }

  private static Fields of(JsonElement json, Place place) {
    if (!json.isJsonObject()) {
      throw new Unexpected(place.inWords(), "an object", json);
    }
    return new Fields(json.getAsJsonObject(), place);
  }

  /** Where something is: put into words only for a refusal, of which there are few. */
  private interface Place {
    String inWords();

    default Place of(String name) {
      // Names may be anybody's too.
      return () -> (inWords().isEmpty() ? "" : inWords() + ".") + PlainText.of(name, 60);
    }

    default Place at(int index) {
      return () -> inWords() + "[" + index + "]";
    }
  }

  /** Something is not where, or not what, the schema says. */
  static final class Unexpected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unexpected(String place, String expected, @Nullable JsonElement found) {
      super(
          place
              + (found == null
                  ? " is missing"
                  : " should be "
                      + expected
                      + ", is "
                      + PlainText.of(VerdictJson.GSON.toJson(found), 60)));
    }
  }

  private String placeOf(String name) {
    return place.of(name).inWords();
  }

  private JsonElement value(String name, String expected) {
    JsonElement value = json.get(name);
    if (value == null || value.isJsonNull()) {
      throw new Unexpected(placeOf(name), expected, value);
    }
    return value;
  }

  private Optional<JsonElement> optional(String name) {
    return Optional.ofNullable(json.get(name)).filter(value -> !value.isJsonNull());
  }

  /** Whether there is such a property, of a schema that did not always have it. */
  boolean has(String name) {
    return json.has(name);
  }

  String text(String name) {
    JsonElement value = value(name, "a text");
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new Unexpected(placeOf(name), "a text", value);
    }
    return value.getAsString();
  }

  Optional<String> optionalText(String name) {
    return optional(name).map(value -> text(name));
  }

  boolean truth(String name) {
    JsonElement value = value(name, "true or false");
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw new Unexpected(placeOf(name), "true or false", value);
    }
    return value.getAsBoolean();
  }

  double number(String name) {
    return number(value(name, "a number"), place.of(name));
  }

  /** A number, or what stands for one that is not finite. */
  double numberOr(String name, double otherwise) {
    if (!json.has(name)) {
      throw new Unexpected(placeOf(name), "a number", null);
    }
    return optional(name).map(value -> number(value, place.of(name))).orElse(otherwise);
  }

  private static double number(JsonElement value, Place place) {
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new Unexpected(place.inWords(), "a number", value);
    }
    return value.getAsDouble();
  }

  long whole(String name) {
    try {
      return new BigDecimal(value(name, "a whole number").getAsString()).longValueExact();
    } catch (ArithmeticException | NumberFormatException | IllegalStateException e) {
      throw new Unexpected(placeOf(name), "a whole number", json.get(name));
    }
  }

  /** How many of something there are. */
  long howMany(String name) {
    long number = whole(name);
    if (number < 0) {
      throw new Unexpected(placeOf(name), "a whole number of at least 0", json.get(name));
    }
    return number;
  }

  Optional<Long> optionalHowMany(String name) {
    return optional(name).map(value -> howMany(name));
  }

  /** Likewise, of what has to fit into an array or stands for one. */
  int howMany(String name, int least) {
    long number = whole(name);
    if (number < least || number > Integer.MAX_VALUE) {
      throw new Unexpected(
          placeOf(name),
          "a whole number from " + least + " to " + Integer.MAX_VALUE,
          json.get(name));
    }
    return (int) number;
  }

  /** A probability; 1 where it was not finite. */
  double probability(String name) {
    double given = numberOr(name, 1);
    double probability = Math.max(0, Math.min(1, given));
    // A sum of probabilities may miss 1 by its last digits.
    if (!(Math.abs(given - probability) <= 1e-9)) {
      throw new Unexpected(placeOf(name), "a probability", json.get(name));
    }
    return probability;
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    try {
      return Enum.valueOf(type, text);
    } catch (IllegalArgumentException e) {
      throw new Unexpected(
          placeOf(name), "one of " + List.of(type.getEnumConstants()), json.get(name));
    }
  }

  /** A value that a type of its own reads from text: a day, an instant, bytes. */
  <T> T parsed(String name, String expected, Function<String, T> parser) {
    try {
      return parser.apply(text(name));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new Unexpected(placeOf(name), expected, json.get(name));
    }
  }

  Fields object(String name) {
    return of(value(name, "an object"), place.of(name));
  }

  Optional<Fields> optionalObject(String name) {
    return optional(name).map(value -> of(value, place.of(name)));
  }

  /** How long a list is. */
  int count(String name) {
    return array(name).size();
  }

  <T> List<T> objects(String name, Function<Fields, T> each) {
    return list(name, (element, at) -> each.apply(of(element, at)));
  }

  List<String> textsIn(String name) {
    return list(
        name,
        (element, at) -> {
          if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw new Unexpected(at.inWords(), "a text", element);
          }
          return element.getAsString();
        });
  }

  List<Double> numbersIn(String name) {
    return list(name, Fields::number);
  }

  /** Numbers; what was not finite is NaN. */
  float[] floats(String name) {
    JsonArray array = array(name);
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonElement element = array.get(i);
      values[i] = element.isJsonNull() ? Float.NaN : (float) number(element, place.of(name).at(i));
    }
    return values;
  }

  Map<String, String> texts(String name) {
    Fields fields = object(name);
    Map<String, String> texts = new LinkedHashMap<>();
    fields.json.keySet().forEach(key -> texts.put(key, fields.text(key)));
    return texts;
  }

  <T> Map<String, List<T>> lists(String name, Function<Fields, T> each) {
    Fields fields = object(name);
    Map<String, List<T>> lists = new LinkedHashMap<>();
    fields.json.keySet().forEach(key -> lists.put(key, fields.objects(key, each)));
    return lists;
  }

  private interface Each<T> {
    T read(JsonElement element, Place place);
  }

  private <T> List<T> list(String name, Each<T> each) {
    JsonArray array = array(name);
    List<T> values = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      values.add(each.read(array.get(i), place.of(name).at(i)));
    }
    return values;
  }

  private JsonArray array(String name) {
    JsonElement value = value(name, "a list");
    if (!value.isJsonArray()) {
      throw new Unexpected(placeOf(name), "a list", value);
    }
    return value.getAsJsonArray();
  }
}

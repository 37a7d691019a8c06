package dev.touchstone.evidence.baseline;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.VerdictJson;
import dev.touchstone.evidence.baseline.Baseline.Entry;
import dev.touchstone.evidence.baseline.Baseline.Frozen;
import dev.touchstone.evidence.baseline.Baseline.Key;
import dev.touchstone.evidence.baseline.Baseline.Part;
import dev.touchstone.evidence.baseline.Baseline.RecordedOutcomes;
import dev.touchstone.evidence.baseline.Baseline.Value;
import dev.touchstone.runtime.StrictJson;
import dev.touchstone.statistics.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A baseline as text. Sorted, a line a claim. A person may edit or merge the file, so the reader
 * takes nothing on trust: what Touchstone would not write is refused, and says where it stands.
 */
final class BaselineText {
  /** What two processors may differ by is not worth a changed line. */
  private static final String SETTINGS = "settings";

  private static final MathContext NINE_DIGITS = new MathContext(9);

  private static final Pattern CONFLICT = Pattern.compile("(?m)^(<<<<<<<|>>>>>>>)");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");

  private BaselineText() {}

  static String format(Baseline baseline) {
    return "{\"schema\":\""
        + Baseline.SCHEMA
        + "\",\n"
        + section("approved", baseline.entries(), BaselineText::entry)
        + ",\n"
        + section("known", baseline.frozen(), BaselineText::frozen)
        + "}\n";
  }

  private static <T> String section(
      String name, Collection<T> lines, Function<T, JsonObject> each) {
    return lines.stream()
        .map(line -> VerdictJson.GSON.toJson(each.apply(line)))
        .collect(
            Collectors.joining(
                ",\n",
                "\"" + name + "\":[" + (lines.isEmpty() ? "" : "\n"),
                lines.isEmpty() ? "]" : "\n]"));
  }

  private static JsonObject entry(Entry entry) {
    JsonObject line = key(entry.key());
    line.addProperty("modelSha256", entry.modelSha256());
    line.addProperty("dataSha256", entry.dataSha256());
    entry.clusteredBy().ifPresent(column -> line.addProperty("clusteredBy", column));
    JsonArray values = new JsonArray();
    entry.values().forEach((part, value) -> values.add(value(part, value)));
    line.add("values", values);
    entry.outcomes().ifPresent(outcomes -> line.add("outcomes", outcomes(outcomes)));
    return line;
  }

  private static JsonObject outcomes(RecordedOutcomes outcomes) {
    JsonObject json = new JsonObject();
    outcomes.otherwise().ifPresent(numbers -> json.add("otherwise", numbers(numbers)));
    JsonObject examples = new JsonObject();
    outcomes.examples().forEach((id, numbers) -> examples.add(id, numbers(numbers)));
    json.add("examples", examples);
    return json;
  }

  /** To the last digit: pairs are compared, and rounding would tie what was in order. */
  private static JsonArray numbers(List<Double> numbers) {
    JsonArray array = new JsonArray();
    numbers.forEach(array::add);
    return array;
  }

  private static JsonObject value(Part part, Value value) {
    JsonObject json = part(part);
    json.add("estimate", number(value.estimate()));
    json.add("lower", number(value.interval().lower()));
    json.add("upper", number(value.interval().upper()));
    json.addProperty("n", value.sampleSize());
    json.addProperty("unit", value.unit());
    if (value.count().isPresent()) {
      json.addProperty("count", value.count().getAsLong());
    }
    return json;
  }

  private static JsonObject frozen(Frozen frozen) {
    JsonObject line = key(frozen.key());
    line.addProperty("dataSha256", frozen.dataSha256());
    frozen
        .settings()
        .ifPresent(
            settings -> {
              JsonObject json = new JsonObject();
              settings.forEach(json::addProperty);
              line.add(SETTINGS, json);
            });
    JsonArray values = new JsonArray();
    frozen
        .values()
        .forEach(
            (part, value) -> {
              JsonObject json = part(part);
              json.add("value", number(value));
              values.add(json);
            });
    line.add("frozen", values);
    return line;
  }

  private static JsonObject key(Key key) {
    JsonObject json = new JsonObject();
    json.addProperty("test", key.test());
    json.addProperty("claim", key.claim());
    json.addProperty("model", key.model());
    json.addProperty("data", key.data());
    return json;
  }

  private static JsonObject part(Part part) {
    JsonObject json = new JsonObject();
    json.addProperty("quantity", part.quantity());
    json.addProperty("slice", part.slice());
    return json;
  }

  private static JsonElement number(double value) {
    return Double.isFinite(value)
        ? new JsonPrimitive(new BigDecimal(value).round(NINE_DIGITS).doubleValue())
        : JsonNull.INSTANCE;
  }

  /**
   * Reads what {@link #format} writes.
   *
   * @throws InvalidBaselineException for anything else
   */
  static Baseline parse(String text, Path file) {
    if (text.isBlank()) {
      throw new InvalidBaselineException(
          file, "is empty; restore it from version control, or delete it and " + Baseline.CURE);
    }
    if (CONFLICT.matcher(text).find()) {
      throw new InvalidBaselineException(
          file, "holds a merge's conflict markers; keep one line a claim and remove the markers");
    }
    return new Parser(file).baseline(text);
  }

  /** Reads one file; knows it for the messages. */
  private record Parser(Path file) {

    Baseline baseline(String text) {
      JsonElement root = json(text);
      if (!root.isJsonObject() || !root.getAsJsonObject().has("schema")) {
        throw new InvalidBaselineException(file, "is no baseline: it names no schema");
      }
      JsonObject json = root.getAsJsonObject();
      String schema = text(json, "schema", "its first line");
      if (!schema.equals(Baseline.SCHEMA)) {
        throw new InvalidBaselineException(
            file,
            "has schema "
                + shown(schema)
                + ", and this version of Touchstone reads "
                + Baseline.SCHEMA);
      }
      onlyKnows(json, Set.of("schema", "approved", "known"), "the file");
      SortedMap<Key, Entry> approved = new TreeMap<>();
      int number = 0;
      for (JsonElement line : array(json, "approved", "the file")) {
        Entry entry = entry(object(line, "approved line " + ++number), "approved line " + number);
        if (approved.putIfAbsent(entry.key(), entry) != null) {
          throw twice("approved", entry.key());
        }
      }
      SortedMap<Key, Frozen> known = new TreeMap<>();
      number = 0;
      for (JsonElement line : array(json, "known", "the file")) {
        Frozen frozen = frozen(object(line, "known line " + ++number), "known line " + number);
        if (known.putIfAbsent(frozen.key(), frozen) != null) {
          throw twice("known", frozen.key());
        }
      }
      return new Baseline(approved, known);
    }

    private InvalidBaselineException twice(String section, Key key) {
      return new InvalidBaselineException(
          file,
          "has two "
              + section
              + " lines for the claim "
              + shown(key.claim())
              + " of "
              + shown(key.test())
              + "; delete one of them");
    }

    private Entry entry(JsonObject line, String where) {
      onlyKnows(
          line,
          Set.of(
              "test",
              "claim",
              "model",
              "data",
              "modelSha256",
              "dataSha256",
              "clusteredBy",
              "values",
              "outcomes"),
          where);
      SortedMap<Part, Value> values = new TreeMap<>();
      for (JsonElement element : array(line, "values", where)) {
        JsonObject value = object(element, where);
        onlyKnows(
            value,
            Set.of("quantity", "slice", "estimate", "lower", "upper", "n", "unit", "count"),
            where);
        put(values, part(value, where), value(value, where), where);
      }
      return new Entry(
          key(line, where),
          text(line, "modelSha256", where),
          text(line, "dataSha256", where),
          line.has("clusteredBy")
              ? Optional.of(text(line, "clusteredBy", where))
              : Optional.empty(),
          values,
          line.has("outcomes")
              ? Optional.of(outcomes(object(line.get("outcomes"), where), where))
              : Optional.empty());
    }

    private RecordedOutcomes outcomes(JsonObject json, String where) {
      onlyKnows(json, Set.of("otherwise", "examples"), where);
      JsonElement examples = json.get("examples");
      if (examples == null) {
        throw wrong(where, "lacks examples");
      }
      SortedMap<String, List<Double>> numbers = new TreeMap<>();
      object(examples, where)
          .entrySet()
          .forEach(entry -> numbers.put(entry.getKey(), numbers(entry.getValue(), where)));
      return new RecordedOutcomes(
          Optional.ofNullable(json.get("otherwise")).map(list -> numbers(list, where)), numbers);
    }

    private List<Double> numbers(JsonElement element, String where) {
      if (!element.isJsonArray()) {
        throw wrong(where, "an example's outcome must be a list of numbers");
      }
      List<Double> numbers = new ArrayList<>();
      for (JsonElement number : element.getAsJsonArray()) {
        JsonObject named = new JsonObject();
        named.add("an outcome", number);
        numbers.add(number(named, "an outcome", where));
      }
      return numbers;
    }

    private Frozen frozen(JsonObject line, String where) {
      onlyKnows(
          line, Set.of("test", "claim", "model", "data", "dataSha256", SETTINGS, "frozen"), where);
      SortedMap<Part, Double> values = new TreeMap<>();
      for (JsonElement element : array(line, "frozen", where)) {
        JsonObject value = object(element, where);
        onlyKnows(value, Set.of("quantity", "slice", "value"), where);
        put(values, part(value, where), number(value, "value", where), where);
      }
      return new Frozen(
          key(line, where), text(line, "dataSha256", where), settings(line, where), values);
    }

    private Optional<SortedMap<String, String>> settings(JsonObject line, String where) {
      if (!line.has(SETTINGS)) {
        return Optional.empty();
      }
      JsonObject json = object(line.get(SETTINGS), where);
      SortedMap<String, String> settings = new TreeMap<>();
      json.keySet().forEach(name -> settings.put(name, text(json, name, where)));
      return Optional.of(settings);
    }

    private <T> void put(SortedMap<Part, T> values, Part part, T value, String where) {
      if (values.putIfAbsent(part, value) != null) {
        throw wrong(where, "has two values of " + shown(part.toString()));
      }
    }

    private Key key(JsonObject line, String where) {
      return new Key(
          text(line, "test", where),
          text(line, "claim", where),
          text(line, "model", where),
          text(line, "data", where));
    }

    private Part part(JsonObject value, String where) {
      return new Part(text(value, "quantity", where), text(value, "slice", where));
    }

    private Value value(JsonObject value, String where) {
      double estimate = number(value, "estimate", where);
      double lower = limit(value, "lower", Double.NEGATIVE_INFINITY, where);
      double upper = limit(value, "upper", Double.POSITIVE_INFINITY, where);
      if (!(lower <= upper)) {
        throw wrong(where, "has an interval from " + lower + " to " + upper);
      }
      long n = whole(value, "n", where);
      OptionalLong count =
          value.has("count") ? OptionalLong.of(whole(value, "count", where)) : OptionalLong.empty();
      if (n == 0 || count.orElse(0) > n) {
        throw wrong(where, "counts " + count.orElse(0) + " of " + n);
      }
      return new Value(
          estimate, new Interval(lower, upper, Claim.LEVEL), n, text(value, "unit", where), count);
    }

    private double limit(JsonObject json, String name, double ifNull, String where) {
      return json.has(name) && json.get(name).isJsonNull() ? ifNull : number(json, name, where);
    }

    private double number(JsonObject json, String name, String where) {
      JsonPrimitive number = primitive(json, name, where);
      double value = number.isNumber() ? number.getAsDouble() : Double.NaN;
      if (!Double.isFinite(value)) {
        throw wrong(where, name + " must be a finite number, was " + shown(number.getAsString()));
      }
      return value;
    }

    private long whole(JsonObject json, String name, String where) {
      JsonPrimitive number = primitive(json, name, where);
      if (!number.isNumber() || !WHOLE.matcher(number.getAsString()).matches()) {
        throw wrong(
            where, name + " must be a count, a whole number, was " + shown(number.getAsString()));
      }
      return number.getAsLong();
    }

    private String text(JsonObject json, String name, String where) {
      JsonPrimitive text = primitive(json, name, where);
      if (!text.isString()) {
        throw wrong(where, name + " must be a text, was " + shown(text.getAsString()));
      }
      return text.getAsString();
    }

    private JsonPrimitive primitive(JsonObject json, String name, String where) {
      JsonElement value = json.get(name);
      if (value == null) {
        throw wrong(where, "lacks " + name);
      }
      if (!value.isJsonPrimitive()) {
        throw wrong(where, name + " must be a single value");
      }
      return value.getAsJsonPrimitive();
    }

    private JsonArray array(JsonObject json, String name, String where) {
      JsonElement value = json.get(name);
      if (value == null || !value.isJsonArray()) {
        throw wrong(where, "lacks the list " + name);
      }
      return value.getAsJsonArray();
    }

    private JsonObject object(JsonElement element, String where) {
      if (!element.isJsonObject()) {
        throw wrong(where, "must be {…}");
      }
      return element.getAsJsonObject();
    }

    private void onlyKnows(JsonObject json, Set<String> names, String where) {
      for (String name : json.keySet()) {
        if (!names.contains(name)) {
          throw wrong(
              where,
              "has " + shown(name) + ", which " + Baseline.SCHEMA + " does not know; remove it");
        }
      }
    }

    private InvalidBaselineException wrong(String where, String what) {
      return new InvalidBaselineException(
          file, "is not as Touchstone writes it: " + where + ": " + what);
    }

    private static String shown(String text) {
      return "\"" + PlainText.of(text, 200) + "\"";
    }

    private JsonElement json(String text) {
      try {
        return StrictJson.parse(text);
      } catch (StrictJson.RepeatedNameException e) {
        throw new InvalidBaselineException(
            file, "says " + shown(e.name()) + " twice of one thing; was it edited?", e);
      } catch (JsonParseException e) {
        throw new InvalidBaselineException(
            file,
            "is no JSON, as after a cut or an edit ("
                + PlainText.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), 300)
                + "); restore it from version control",
            e);
      }
    }
  }
}

package dev.touchstone.evidence.record;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.evidence.ListedTest.End;
import dev.touchstone.evidence.VerdictJson;
import dev.touchstone.runtime.TestIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a JVM's tests come to, a line among its verdicts, written at once: a JVM that is killed
 * leaves behind which tests it had begun.
 *
 * @param kind what happened
 * @param tests those that were found
 * @param inPlaceOf the parameterised or dynamic test that is none of its own, as its invocations
 *     are found; else empty
 * @param id which test started or ended; else empty
 * @param end how it ended; null if well, or by its own verdict
 * @param condition what kept it from running
 * @param reason why it ended so
 */
record TestEvent(
    Kind kind,
    List<TestIdentity> tests,
    String inPlaceOf,
    String id,
    @Nullable End end,
    String condition,
    String reason) {
  private static final String EVENT = "event";
  private static final String BEGINNING = "{\"" + EVENT + "\":";

  enum Kind {
    FOUND,
    STARTED,
    ENDED
  }

  TestEvent {
    tests = List.copyOf(tests);
  }

  static TestEvent found(List<TestIdentity> tests, String inPlaceOf) {
    return new TestEvent(Kind.FOUND, tests, inPlaceOf, "", null, "", "");
  }

  static TestEvent started(String id) {
    return new TestEvent(Kind.STARTED, List.of(), "", id, null, "", "");
  }

  static TestEvent ended(String id, @Nullable End end, String condition, String reason) {
    return new TestEvent(Kind.ENDED, List.of(), "", id, end, condition, reason);
  }

  /** Whether a line tells of a test; else it is a verdict. */
  static boolean isOne(String line) {
    return line.startsWith(BEGINNING);
  }

  /** Signed as verdicts are. */
  String line() {
    JsonObject json = new JsonObject();
    json.addProperty(EVENT, kind.name());
    switch (kind) {
      case FOUND -> {
        json.addProperty("inPlaceOf", inPlaceOf);
        JsonArray found = new JsonArray();
        tests.forEach(test -> found.add(json(test)));
        json.add("tests", found);
      }
      case STARTED -> json.addProperty("id", id);
      case ENDED -> {
        json.addProperty("id", id);
        json.addProperty("end", end == null ? null : end.name());
        json.addProperty("condition", condition);
        json.addProperty("reason", reason);
      }
    }
    return VerdictLines.signed(VerdictJson.GSON.toJson(json));
  }

  private static JsonObject json(TestIdentity test) {
    JsonObject json = new JsonObject();
    json.addProperty("id", test.id());
    json.addProperty("class", test.className());
    json.addProperty("method", test.methodName());
    json.addProperty("name", test.displayName());
    return json;
  }

  /** Of a line that is as it was signed, so that nobody else wrote it. */
  static TestEvent of(String line) {
    JsonElement element = JsonParser.parseString(line);
    Fields json = Fields.of(element, "an event");
    return switch (json.constant(EVENT, Kind.class)) {
      case FOUND -> found(json.objects("tests", TestEvent::test), json.text("inPlaceOf"));
      case STARTED -> started(json.text("id"));
      case ENDED ->
          ended(
              json.text("id"),
              json.optionalText("end").isPresent() ? json.constant("end", End.class) : null,
              json.text("condition"),
              json.text("reason"));
    };
  }

  private static TestIdentity test(Fields json) {
    return new TestIdentity(
        json.text("id"), json.text("class"), json.text("method"), json.text("name"));
  }
}

package dev.touchstone.evidence.record;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictJson;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of verdicts, schema {@value #SCHEMA}: a signed line a verdict, and what holds them
 * together. Documented in {@code docs/verdicts.schema.json}.
 */
final class VerdictLines {
  /** Name and version of the schema; the version rises when a reader would break. */
  static final String SCHEMA = "touchstone-verdicts/4";

  /** The version before, whose files show nothing without a claim; they are still read. */
  private static final String SCHEMA_BEFORE = "touchstone-verdicts/3";

  /** The version whose files hold fewer kinds of figures; they are still read. */
  private static final String SCHEMA_OF_FEWER_FIGURES = "touchstone-verdicts/2";

  /** The first version, whose files say nothing of tests either; they are still read. */
  static final String SCHEMA_WITHOUT_TESTS = "touchstone-verdicts/1";

  /** All versions that are read, the newest first. */
  static final List<String> READ =
      List.of(SCHEMA, SCHEMA_BEFORE, SCHEMA_OF_FEWER_FIGURES, SCHEMA_WITHOUT_TESTS);

  static final String DIGEST = "digest";

  /** How a line begins that shows a figure without a claim. */
  private static final String SHOWN_BEGINNING = "{\"shown\":";

  private static final String DIGEST_BEFORE = ",\"" + DIGEST + "\":\"";
  private static final String DIGEST_AFTER = "\"}";
  private static final int DIGEST_LENGTH = 64;

  private VerdictLines() {}

  /**
   * The verdict on one line, ending in a hash of all before it: an edited verdict is told without
   * making its text again.
   */
  static String line(Verdict verdict, RunContext context) {
    return signed(VerdictJson.GSON.toJson(VerdictJson.toJson(verdict, context)));
  }

  /** What is shown without a claim on one line, signed as verdicts are. */
  static String line(Shown shown, RunContext context) {
    return signed(VerdictJson.GSON.toJson(VerdictJson.toJson(shown, context)));
  }

  /** Whether a line shows a figure without a claim. */
  static boolean isShown(String line) {
    return line.startsWith(SHOWN_BEGINNING);
  }

  /** A JSON object's text with its digest as the last property. */
  static String signed(String object) {
    return object.substring(0, object.length() - 1)
        + DIGEST_BEFORE
        + Digest.ofBytes(object.getBytes(StandardCharsets.UTF_8))
        + DIGEST_AFTER;
  }

  /** Whether a text is one that {@link #signed} made. */
  static boolean isAsSigned(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return isAsSigned(bytes, 0, bytes.length);
  }

  /** Whether bytes are a text that {@link #signed} made. */
  static boolean isAsSigned(byte[] bytes, int from, int to) {
    int digest = to - DIGEST_AFTER.length() - DIGEST_LENGTH;
    int end = digest - DIGEST_BEFORE.length();
    return end > from
        && isAt(bytes, to - DIGEST_AFTER.length(), DIGEST_AFTER)
        && isAt(bytes, end, DIGEST_BEFORE)
        && digestIn(bytes, to).equals(digestOf(bytes, from, end));
  }

  private static boolean isAt(byte[] bytes, int from, String part) {
    return new String(bytes, from, part.length(), StandardCharsets.ISO_8859_1).equals(part);
  }

  /** The digest in a signed object that ends somewhere. */
  static String digestIn(byte[] bytes, int to) {
    return new String(
        bytes,
        to - DIGEST_AFTER.length() - DIGEST_LENGTH,
        DIGEST_LENGTH,
        StandardCharsets.ISO_8859_1);
  }

  /** Over an object whose closing brace is left out. */
  private static String digestOf(byte[] bytes, int from, int end) {
    byte[] object = Arrays.copyOfRange(bytes, from, end + 1);
    object[end - from] = '}';
    return Digest.ofBytes(object);
  }

  /**
   * A whole file, a line a verdict, ending in a hash over the run, its tests and its verdicts'
   * digests, by which one that was removed, added or moved is told.
   *
   * @param verdicts as {@link #line(Verdict, RunContext)} makes them
   * @param shown as {@link #line(Shown, RunContext)} makes them
   */
  static String file(
      String run,
      int unreadable,
      int unfinished,
      ModelTests tests,
      List<String> verdicts,
      List<String> shown) {
    JsonObject head = new JsonObject();
    head.addProperty("schema", SCHEMA);
    head.addProperty("run", run);
    head.addProperty("unreadable", unreadable);
    head.addProperty("unfinished", unfinished);
    head.add("tests", tests(tests));
    String start = VerdictJson.GSON.toJson(head);
    return start.substring(0, start.length() - 1)
        + ",\"verdicts\":[\n"
        + String.join(",\n", verdicts)
        + "\n],\"shown\":[\n"
        + String.join(",\n", shown)
        + "\n]"
        + DIGEST_BEFORE
        + digestOfFile(
            run,
            unreadable,
            unfinished,
            Optional.of(tests),
            Stream.concat(verdicts.stream(), shown.stream()).map(VerdictLines::digestIn).toList())
        + DIGEST_AFTER
        + "\n";
  }

  /**
   * Over the digests of a file's verdicts and of what it shows besides, in its order, and what
   * became of the tests.
   *
   * @param tests empty in a file of the first version
   */
  static String digestOfFile(
      String run,
      int unreadable,
      int unfinished,
      Optional<ModelTests> tests,
      List<String> digests) {
    Digest digest = Digest.sha256().add(run).add(unreadable).add(unfinished);
    tests.ifPresent(counted -> digest.add(VerdictJson.GSON.toJson(tests(counted))));
    digests.forEach(digest::add);
    return digest.hex();
  }

  private static JsonObject tests(ModelTests tests) {
    JsonObject json = VerdictJson.counts(tests);
    JsonArray listed = new JsonArray();
    tests.listed().forEach(test -> listed.add(listed(test)));
    json.add("listed", listed);
    return json;
  }

  private static JsonObject listed(ListedTest test) {
    JsonObject json = new JsonObject();
    json.addProperty("class", test.className());
    json.addProperty("method", test.methodName());
    json.addProperty("name", test.displayName());
    json.addProperty("end", test.end().name());
    json.addProperty("condition", test.condition());
    json.addProperty("reason", test.reason());
    return json;
  }

  private static String digestIn(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return digestIn(bytes, bytes.length);
  }
}

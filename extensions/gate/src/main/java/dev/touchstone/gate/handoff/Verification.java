package dev.touchstone.gate.handoff;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Gate;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.policy.PolicyFile;
import dev.touchstone.runtime.StrictJson;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks a decision file against the files that it was made from: their digests are computed again,
 * and the decision is made again at the time that it states. Whatever was edited, exchanged or
 * moved to another model is found, since what comes out is another decision.
 *
 * @param ruling what the decision file says; believe it only if nothing deviates
 * @param deviations every way in which the decision does not follow from the files, in words
 */
public record Verification(Ruling ruling, List<String> deviations) {
  private static final int MOST_BYTES = 256 << 20;
  private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z");

  /** Copies the deviations. */
  public Verification {
    deviations = List.copyOf(deviations);
  }

  /** Whether the decision follows from the files. */
  public boolean holds() {
    return deviations.isEmpty();
  }

  /** A decision file as it was read; nothing in it is believed yet. */
  public static final class Recorded {
    private final JsonObject json;
    private final Instant at;
    private final Ruling ruling;

    private Recorded(JsonObject json) {
      this.json = json;
      this.at = instant(json.get("decidedAt").getAsString());
      this.ruling = Ruling.valueOf(json.get("ruling").getAsString());
    }

    /**
     * Reads a decision file.
     *
     * @throws TouchstoneException if there is none, or it is none of this version
     */
    public static Recorded read(Path file) {
      String shown = PlainText.of(file.toString(), 200);
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MOST_BYTES);
        JsonObject json =
            StrictJson.parse(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
        JsonElement schema = json.get("schema");
        if (schema == null
            || !schema.isJsonPrimitive()
            || !schema.getAsString().equals(DecisionJson.SCHEMA)) {
          throw new TouchstoneException(
              shown
                  + " is no decision of this version ("
                  + DecisionJson.SCHEMA
                  + "); give the decision.json that `touchstone gate --out` wrote");
        }
        return new Recorded(json);
      } catch (JsonParseException
          | IllegalStateException
          | IllegalArgumentException
          | UnsupportedOperationException
          | NullPointerException
          | DateTimeException e) {
        throw new TouchstoneException(
            shown + " is cut off or no decision file; run `touchstone gate --out` again", e);
      } catch (IOException e) {
        throw new TouchstoneException("the decision " + shown + " could not be read: " + e, e);
      }
    }

    /** As {@code docs/decision.schema.json} has it: years of four digits are days everywhere. */
    private static Instant instant(String text) {
      if (!INSTANT.matcher(text).matches()) {
        throw new IllegalArgumentException("no time that a decision could have been made at");
      }
      return Instant.parse(text);
    }

    /** When it says that it was made; exceptions that had expired since were valid then. */
    public Instant at() {
      return at;
    }

    private String version() {
      JsonElement version = json.get("touchstone");
      return version != null && version.isJsonPrimitive()
          ? PlainText.of(version.getAsString(), 60)
          : "none";
    }
  }

  /**
   * Holds a decision against the files that it is said to be made from.
   *
   * <p>That it follows from them says nothing of how old they are today: a decision is as good as
   * the clock it was made by. Decide again to know.
   *
   * @param now by the clock of whoever asks; no decision is made later
   */
  public static Verification of(
      Recorded recorded,
      PolicyFile policy,
      List<Candidate> candidates,
      RecordedVerdicts verdicts,
      Instant now) {
    List<String> deviations = new ArrayList<>();
    if (recorded.at.isAfter(now.plus(Gate.CLOCKS_DIFFER))) {
      deviations.add("it says that it was made at " + recorded.at + ", and it is " + now + " here");
    }
    digests(
        recorded.json.get("models"),
        candidates.stream().map(Candidate::sha256).collect(Collectors.toSet()),
        "the decision is about another model file",
        deviations);
    JsonArray ofPolicy = new JsonArray();
    ofPolicy.add(recorded.json.get("policy"));
    digests(ofPolicy, Set.of(policy.sha256()), "the policy is another file", deviations);
    digests(
        recorded.json.get("verdictFiles"),
        verdicts.sources().stream().map(VerdictSource::sha256).collect(Collectors.toSet()),
        "the verdict files are others",
        deviations);
    if (deviations.isEmpty()) {
      Decision again =
          Gate.withDefaults()
              .at(Clock.fixed(recorded.at, ZoneOffset.UTC))
              .decide(policy, candidates, verdicts);
      differences(recorded, DecisionJson.toJson(again), deviations);
    }
    return new Verification(recorded.ruling, deviations);
  }

  private static void digests(
      JsonElement recorded, Set<String> given, String problem, List<String> deviations) {
    Set<String> digests = new TreeSet<>();
    if (recorded instanceof JsonArray array) {
      for (JsonElement element : array) {
        if (element instanceof JsonObject object
            && object.get("sha256") != null
            && object.get("sha256").isJsonPrimitive()) {
          digests.add(object.get("sha256").getAsString());
        }
      }
    }
    if (!digests.equals(given)) {
      deviations.add(
          problem + ": it names SHA-256 " + shown(digests) + ", given is " + shown(given));
    }
  }

  private static String shown(Set<String> digests) {
    return digests.isEmpty()
        ? "none"
        : new TreeSet<>(digests)
            .stream().map(digest -> PlainText.of(digest, 12)).collect(Collectors.joining(", "));
  }

  /** What the files are called may differ, and which version decided; nothing else. */
  private static void differences(Recorded recorded, JsonObject again, List<String> deviations) {
    JsonObject before = comparable(recorded.json);
    JsonObject after = comparable(again);
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      JsonElement was = before.get(key);
      if (was == null || !was.equals(after.get(key))) {
        deviations.add(
            "\""
                + PlainText.of(key, 60)
                + "\" does not follow from the files: the decision was edited, or made by another"
                + " version of Touchstone (it says "
                + recorded.version()
                + ", this is "
                + DecisionJson.version()
                + ")");
      }
    }
  }

  private static JsonObject comparable(JsonObject decision) {
    // Written and read again, so that numbers of both are of one kind.
    JsonObject copy = JsonParser.parseString(DecisionJson.GSON.toJson(decision)).getAsJsonObject();
    copy.remove("touchstone");
    if (copy.get("policy") instanceof JsonObject policy) {
      policy.remove("file");
    }
    if (copy.get("models") instanceof JsonArray models) {
      models.forEach(
          model -> {
            if (model instanceof JsonObject object) {
              object.remove("file");
            }
          });
    }
    return copy;
  }
}

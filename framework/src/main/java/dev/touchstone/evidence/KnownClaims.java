package dev.touchstone.evidence;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ratchet of claims that are known to fail: a file beside the code, one line per claim, holds
 * the value at which each was frozen. A failing claim that is accepted as known passes while it is
 * no worse than that and its day has not passed.
 *
 * <p>The file is written only where {@code touchstone.known = update} asks for it, never on CI, and
 * no value in it ever becomes worse: to accept a worse value a person deletes the line.
 */
public final class KnownClaims {
  private static final String SCHEMA = "touchstone-known/1";

  /** What two processors may differ by on the same model and data. */
  private static final double SLACK = 1e-6;

  private final Clock clock;

  private KnownClaims(Clock clock) {
    this.clock = clock;
  }

  /** Days begin at midnight UTC, so that a build does not depend on where it runs. */
  public static KnownClaims withDefaults() {
    return new KnownClaims(Clock.systemUTC());
  }

  /** The same with another clock, for tests. */
  KnownClaims at(Clock other) {
    return new KnownClaims(other);
  }

  /**
   * The verdict with what is known about its claim; as it is where the claim accepts no failure.
   *
   * @throws TouchstoneException if the claim cannot be identified, the file cannot be read, or it
   *     should be written on CI
   */
  public Verdict examine(Verdict verdict, RunContext context) {
    if (verdict.claim().known().isEmpty()) {
      return verdict;
    }
    Claim.Known known = verdict.claim().known().get();
    Settings settings = context.settings();
    if (settings.updateKnown() && settings.ci()) {
      throw new TouchstoneException(
          "touchstone.known = update on CI; known failures are frozen by a person: run it on your"
              + " machine and commit "
              + settings.knownFile());
    }
    String key = key(verdict, context);
    if (LocalDate.now(clock).isAfter(known.until())) {
      return verdict.with(
          new Verdict.Acceptance(
              verdict.outcome() == Outcome.PASS,
              "accepted until "
                  + known.until()
                  + ", which has passed: meet the claim, or set a new date"));
    }
    if (verdict.outcome() == Outcome.PASS) {
      if (settings.updateKnown()) {
        update(settings.knownFile(), entries -> entries.remove(key));
      }
      return verdict.with(
          new Verdict.Acceptance(true, "the claim holds now: remove .acceptKnown(…)"));
    }
    return verdict.with(
        settings.updateKnown()
            ? frozen(key, verdict, settings.knownFile())
            : compared(read(settings.knownFile()).get(key), verdict, settings.knownFile()));
  }

  /** What identifies a claim: its test or its own name, what it says, and about what. */
  private static String key(Verdict verdict, RunContext context) {
    String test =
        verdict
            .claim()
            .id()
            .or(() -> context.test().map(t -> t.className() + "#" + t.methodName()))
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        "a known failure outside a test needs a name; say .identifiedAs(\"…\")"
                            + " before .acceptKnown(…)"));
    JsonObject key = new JsonObject();
    key.addProperty("test", test);
    key.addProperty("claim", verdict.claim().statement());
    key.addProperty("model", fact(verdict.evidence().provenance().model()));
    key.addProperty("data", fact(verdict.evidence().provenance().data()));
    return VerdictJson.GSON.toJson(key);
  }

  private static String fact(Map<String, String> facts) {
    return facts.getOrDefault("name", "");
  }

  /** The values that do not hold, by quantity and slice; none worse than before. */
  private static Map<String, Double> tightened(
      @Nullable Map<String, Double> before, Verdict verdict) {
    Map<String, Double> values = new TreeMap<>();
    for (Verdict.Judgement judgement : verdict.judgements()) {
      if (judgement.outcome() != Outcome.PASS) {
        double value = judgement.measurement().estimate().value();
        double limit = before == null ? value : before.getOrDefault(name(judgement), value);
        boolean atMost = judgement.bound().direction() == Bound.Direction.AT_MOST;
        values.put(name(judgement), atMost ? Math.min(value, limit) : Math.max(value, limit));
      }
    }
    return values;
  }

  private static String name(Verdict.Judgement judgement) {
    return judgement.measurement().quantity() + " " + judgement.measurement().slice();
  }

  private static Verdict.Acceptance compared(
      @Nullable Map<String, Double> frozen, Verdict verdict, Path file) {
    if (frozen == null) {
      return new Verdict.Acceptance(
          false,
          "no frozen value in "
              + file
              + "; freeze the present one by running this test with -Dtouchstone.known=update, and"
              + " commit the file");
    }
    List<String> worse = worse(frozen, verdict);
    return worse.isEmpty()
        ? new Verdict.Acceptance(true, "no worse than frozen in " + file)
        : new Verdict.Acceptance(false, String.join("; ", worse));
  }

  private static List<String> worse(Map<String, Double> frozen, Verdict verdict) {
    List<String> worse = new ArrayList<>();
    for (Verdict.Judgement judgement : verdict.judgements()) {
      if (judgement.outcome() == Outcome.PASS) {
        continue;
      }
      double value = judgement.measurement().estimate().value();
      Double limit = frozen.get(name(judgement));
      if (limit == null) {
        worse.add(name(judgement) + " was not known to fail");
      } else if (isWorse(value, limit, judgement.bound())) {
        worse.add(
            name(judgement)
                + " is "
                + Numbers.format(value)
                + ", worse than the frozen "
                + Numbers.format(limit));
      }
    }
    return worse;
  }

  private static boolean isWorse(double value, double limit, Bound bound) {
    double slack = SLACK * Math.max(1, Math.abs(limit));
    boolean noWorse =
        bound.direction() == Bound.Direction.AT_MOST
            ? value <= limit + slack
            : value >= limit - slack;
    return !noWorse;
  }

  private static Verdict.Acceptance frozen(String key, Verdict verdict, Path file) {
    List<String> worse = new ArrayList<>();
    update(
        file,
        entries -> {
          Map<String, Double> before = entries.get(key);
          if (before != null) {
            worse.addAll(worse(before, verdict));
          }
          if (worse.isEmpty()) {
            entries.put(key, tightened(before, verdict));
          }
        });
    return worse.isEmpty()
        ? new Verdict.Acceptance(true, "frozen in " + file)
        : new Verdict.Acceptance(
            false,
            String.join("; ", worse)
                + "; an update only improves: to accept it, delete the claim's line in "
                + file);
  }

  private static Map<String, Map<String, Double>> read(Path file) {
    if (!Files.exists(file)) {
      return new TreeMap<>();
    }
    try {
      return parse(Files.readString(file), file);
    } catch (IOException e) {
      throw new UncheckedIOException("the known failures in " + file + " could not be read", e);
    }
  }

  private static Map<String, Map<String, Double>> parse(String text, Path file) {
    Map<String, Map<String, Double>> entries = new TreeMap<>();
    if (text.isBlank()) {
      return entries;
    }
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      if (!json.get("schema").getAsString().equals(SCHEMA)) {
        throw new TouchstoneException(
            file + " has schema " + json.get("schema") + ", this version reads " + SCHEMA);
      }
      for (JsonElement element : json.getAsJsonArray("claims")) {
        JsonObject claim = element.getAsJsonObject();
        Map<String, Double> values = new TreeMap<>();
        claim
            .remove("frozen")
            .getAsJsonObject()
            .entrySet()
            .forEach(value -> values.put(value.getKey(), value.getValue().getAsDouble()));
        entries.put(VerdictJson.GSON.toJson(claim), values);
      }
      return entries;
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | NumberFormatException
        | UnsupportedOperationException e) {
      throw new TouchstoneException(
          file + " is no file of known failures, schema " + SCHEMA + ": " + e.getMessage(), e);
    }
  }

  /** What an update does to the entries. */
  private interface Change {
    void to(Map<String, Map<String, Double>> entries);
  }

  /** One change at a time, over threads and over processes. */
  private static synchronized void update(Path file, Change change) {
    Path absolute = file.toAbsolutePath();
    try {
      Files.createDirectories(Optional.ofNullable(absolute.getParent()).orElse(absolute));
      try (FileChannel channel =
              FileChannel.open(
                  absolute,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        String before =
            new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        Map<String, Map<String, Double>> entries = parse(before, file);
        change.to(entries);
        channel.truncate(0);
        channel.position(0);
        ByteBuffer bytes = ByteBuffer.wrap(format(entries).getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the known failures could not be written to " + file, e);
    }
  }

  /** Sorted, and a line per claim, so that a review sees what changed. */
  private static String format(Map<String, Map<String, Double>> entries) {
    List<String> lines = new ArrayList<>();
    entries.forEach(
        (key, values) -> {
          JsonObject claim = JsonParser.parseString(key).getAsJsonObject();
          JsonObject frozen = new JsonObject();
          values.forEach(frozen::addProperty);
          claim.add("frozen", frozen);
          lines.add(VerdictJson.GSON.toJson(claim));
        });
    return "{\"schema\":\""
        + SCHEMA
        + "\",\"claims\":["
        + (lines.isEmpty() ? "" : "\n")
        + String.join(",\n", lines)
        + (lines.isEmpty() ? "" : "\n")
        + "]}\n";
  }
}

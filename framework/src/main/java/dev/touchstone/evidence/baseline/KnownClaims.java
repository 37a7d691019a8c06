package dev.touchstone.evidence.baseline;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.baseline.Baseline.Frozen;
import dev.touchstone.evidence.baseline.Baseline.Key;
import dev.touchstone.evidence.baseline.Baseline.Part;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The ratchet of claims that are known to fail: the {@link Baseline} beside the code holds, a line
 * a claim, the value at which each was frozen. A failing claim that is accepted as known passes
 * while it is no worse than that and its day has not passed.
 *
 * <p>It is written only where {@code touchstone.baseline = update} asks for it, never on CI, and no
 * value in it ever becomes worse: to accept a worse value a person deletes the line.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class KnownClaims {
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
    Baseline.refuseToWriteOnCi(settings);
    Key key = key(verdict, context);
    BaselineFile file = BaselineFile.at(settings.baselineFile());
    if (LocalDate.now(clock).isAfter(known.until())) {
      return verdict.with(
          new Verdict.Acceptance(
              verdict.outcome() == Outcome.PASS,
              "accepted until "
                  + known.until()
                  + ", which has passed: meet the claim, or set a new date"));
    }
    if (verdict.outcome() == Outcome.PASS) {
      if (settings.updateBaseline()) {
        file.update(baseline -> baseline.withoutFrozen(key));
      }
      return verdict.with(
          new Verdict.Acceptance(true, "the claim holds now: remove .acceptKnown(…)"));
    }
    return verdict.with(
        settings.updateBaseline()
            ? frozen(key, verdict, settings.baselineFile())
            : compared(
                file.read().flatMap(baseline -> baseline.frozen(key)),
                verdict,
                settings.baselineFile()));
  }

  private static Key key(Verdict verdict, RunContext context) {
    return Key.of(verdict, context.test())
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "a known failure outside a test needs a name; say .identifiedAs(\"…\") before"
                        + " .acceptKnown(…)"));
  }

  /** The values that do not hold, by quantity and slice; none worse than before. */
  private static Frozen tightened(Key key, Optional<Frozen> before, Verdict verdict) {
    SortedMap<Part, Double> values = new TreeMap<>();
    for (Verdict.Judgement judgement : verdict.judgements()) {
      if (judgement.outcome() != Outcome.PASS) {
        Part part = Part.of(judgement.measurement());
        double value = judgement.measurement().estimate().value();
        double limit = before.map(b -> b.values().getOrDefault(part, value)).orElse(value);
        boolean atMost = judgement.bound().direction() == Bound.Direction.AT_MOST;
        values.put(part, atMost ? Math.min(value, limit) : Math.max(value, limit));
      }
    }
    return new Frozen(key, dataOf(verdict), Optional.of(new TreeMap<>(settings(verdict))), values);
  }

  /** The check's own, with what they are compared and clustered by. */
  private static Map<String, String> settings(Verdict verdict) {
    return verdict.evidence().provenance().texts().settings();
  }

  private static String dataOf(Verdict verdict) {
    return Baseline.dataOf(verdict.evidence().provenance().data());
  }

  private static Verdict.Acceptance compared(Optional<Frozen> frozen, Verdict verdict, Path file) {
    if (frozen.isEmpty()) {
      return new Verdict.Acceptance(
          false, "no frozen value in " + file + "; to freeze the present one, " + Baseline.CURE);
    }
    List<String> worse = worse(frozen.get(), verdict);
    return worse.isEmpty()
        ? new Verdict.Acceptance(
            true,
            "no worse than frozen in "
                + file
                + (frozen.get().settings().isPresent()
                    ? ""
                    : ", whose line does not say with what settings; to add them, "
                        + Baseline.CURE))
        : new Verdict.Acceptance(false, String.join("; ", worse));
  }

  private static List<String> worse(Frozen frozen, Verdict verdict) {
    if (!frozen.dataSha256().equals(dataOf(verdict))) {
      return List.of(
          "it was frozen "
              + Baseline.otherThan(
                  frozen.dataSha256(), verdict.evidence().provenance().data(), "this name")
              + ", with which nothing can be compared");
    }
    Map<String, String> settings = settings(verdict);
    Map<String, String> then = frozen.settings().<Map<String, String>>map(s -> s).orElse(settings);
    SortedSet<String> others = new TreeSet<>(then.keySet());
    others.addAll(settings.keySet());
    others.removeIf(name -> Objects.equals(then.get(name), settings.get(name)));
    if (!others.isEmpty()) {
      String other = others.first();
      return List.of(
          "it was frozen with other settings of the check (%s was %s, and is %s), with which nothing can be compared"
              .formatted(
                  PlainText.of(other, 60), shown(then.get(other)), shown(settings.get(other))));
    }
    List<String> worse = new ArrayList<>();
    for (Verdict.Judgement judgement : verdict.judgements()) {
      if (judgement.outcome() == Outcome.PASS) {
        continue;
      }
      double value = judgement.measurement().estimate().value();
      Part part = Part.of(judgement.measurement());
      Double limit = frozen.values().get(part);
      if (limit == null) {
        worse.add(part + " was not known to fail");
      } else if (isWorse(value, limit, judgement.bound())) {
        worse.add(
            part
                + " is "
                + Numbers.format(value)
                + ", worse than the frozen "
                + Numbers.format(limit));
      }
    }
    return worse;
  }

  private static String shown(@Nullable String setting) {
    return setting == null ? "not given" : "\"" + PlainText.of(setting, 100) + "\"";
  }

  private static boolean isWorse(double value, double limit, Bound bound) {
    double slack = SLACK * Math.max(1, Math.abs(limit));
    boolean noWorse =
        bound.direction() == Bound.Direction.AT_MOST
            ? value <= limit + slack
            : value >= limit - slack;
    return !noWorse;
  }

  private static Verdict.Acceptance frozen(Key key, Verdict verdict, Path file) {
    List<String> worse = new ArrayList<>();
    BaselineFile.at(file)
        .update(
            baseline -> {
              Optional<Frozen> before = baseline.frozen(key);
              before.ifPresent(b -> worse.addAll(worse(b, verdict)));
              return worse.isEmpty() ? baseline.with(tightened(key, before, verdict)) : baseline;
            });
    return worse.isEmpty()
        ? new Verdict.Acceptance(true, "frozen in " + file)
        : new Verdict.Acceptance(
            false,
            String.join("; ", worse)
                + "; an update only improves: to accept it, delete the claim's line under known in "
                + file);
  }
}

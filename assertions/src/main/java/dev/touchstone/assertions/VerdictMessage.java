package dev.touchstone.assertions;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What a verdict that stops a test says: one short line, then aligned facts, bounded in length. */
final class VerdictMessage {
  private static final int MOST_SLICES = 24;
  private static final int MOST_CHARACTERS = 160;

  private VerdictMessage() {}

  static String of(Verdict verdict, RunContext context) {
    StringBuilder text = new StringBuilder(headline(verdict)).append(System.lineSeparator());
    Facts facts = new Facts();
    facts.add("claim", verdict.claim().statement());
    facts.add("subject", verdict.evidence().subject());
    verdict.claim().because().ifPresent(reason -> facts.add("because", reason));
    facts.addTable("judged", judgements(verdict));
    advice(verdict, facts);
    facts.addTable("beside", beside(verdict));
    worst(verdict, facts);
    verdict.evidence().notes().forEach(note -> facts.add("note", note));
    long seed = verdict.evidence().provenance().seed();
    facts.add("seed", Long.toString(seed));
    facts.add("fingerprint", verdict.fingerprint().substring(0, 16));
    facts.add("evidence", context.settings().reportDirectory().resolve("verdicts.json").toString());
    context.test().ifPresent(test -> facts.add("reproduce", test.command(context.settings())));
    return text.append(facts).toString().stripTrailing();
  }

  private static String headline(Verdict verdict) {
    String check = verdict.evidence().check();
    return verdict.outcome() == Outcome.FAIL
        ? "FAIL: the data refute the claim about " + check
        : "INCONCLUSIVE: the data cannot decide the claim about "
            + check
            + ", and policy strict ships nothing undecided";
  }

  private static List<List<String>> judgements(Verdict verdict) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("quantity", "slice", "estimate", "95 % interval", "n", "bound", "p", ""));
    List<Verdict.Judgement> judgements = new ArrayList<>(verdict.judgements());
    judgements.sort((a, b) -> severity(b) - severity(a));
    for (Verdict.Judgement judgement : judgements.stream().limit(MOST_SLICES).toList()) {
      Measurement measurement = judgement.measurement();
      rows.add(
          List.of(
              measurement.quantity(),
              bounded(measurement.slice()),
              Numbers.format(measurement.estimate().value()),
              interval(judgement.interval()),
              Long.toString(measurement.estimate().sampleSize()),
              judgement.bound().toString(),
              Numbers.format(judgement.adjustedPValue()),
              judgement.outcome().toString()));
    }
    if (judgements.size() > MOST_SLICES) {
      rows.add(List.of("… and " + (judgements.size() - MOST_SLICES) + " more"));
    }
    return rows;
  }

  private static int severity(Verdict.Judgement judgement) {
    return switch (judgement.outcome()) {
      case FAIL -> 2;
      case INCONCLUSIVE -> 1;
      case PASS -> 0;
    };
  }

  /** What would decide an inconclusive claim. */
  private static void advice(Verdict verdict, Facts facts) {
    if (verdict.outcome() != Outcome.INCONCLUSIVE) {
      return;
    }
    verdict.judgements().stream()
        .filter(j -> j.outcome() == Outcome.INCONCLUSIVE)
        .limit(3)
        .forEach(j -> facts.add("to decide", advice(j)));
    facts.add(
        "or",
        "say .allowInconclusive(\"reason\") for this claim, or set touchstone.policy = lenient");
  }

  private static String advice(Verdict.Judgement judgement) {
    OptionalLong examples = judgement.examplesToDecide();
    String slice = bounded(judgement.measurement().slice());
    if (examples.isEmpty()) {
      return slice + ": the estimate lies at the bound; no realistic number of examples decides";
    }
    long more = examples.getAsLong() - judgement.measurement().estimate().sampleSize();
    boolean pass = judgement.bound().admits(judgement.measurement().estimate().value());
    return slice
        + ": about "
        + Math.max(1, more)
        + " more fresh examples would "
        + (pass ? "show the claim" : "refute the claim")
        + ", if the estimate stayed";
  }

  private static List<List<String>> beside(Verdict verdict) {
    List<List<String>> rows = new ArrayList<>();
    for (Measurement measurement :
        verdict.evidence().context().stream().limit(MOST_SLICES).toList()) {
      rows.add(
          List.of(
              measurement.quantity(),
              bounded(measurement.slice()),
              Numbers.format(measurement.estimate().value()),
              interval(measurement.estimate().interval(0.95))));
    }
    return rows;
  }

  private static void worst(Verdict verdict, Facts facts) {
    List<Finding> worst = verdict.evidence().worst();
    for (int i = 0; i < worst.size(); i++) {
      Map<String, String> about = worst.get(i).facts();
      facts.add(
          i == 0 ? "worst" : "",
          bounded(worst.get(i).subject())
              + ": "
              + about.entrySet().stream()
                  .map(e -> e.getKey() + " " + bounded(e.getValue()))
                  .collect(Collectors.joining(", ")));
    }
  }

  private static String interval(Interval interval) {
    return "[" + Numbers.format(interval.lower()) + ", " + Numbers.format(interval.upper()) + "]";
  }

  /** Data may hold texts of any length; a message may not. */
  private static String bounded(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }

  /** A bound in words, for statements of claims. */
  static String inWords(Bound bound) {
    return (bound.direction() == Bound.Direction.AT_MOST ? "at most " : "at least ")
        + Numbers.format(bound.value());
  }
}

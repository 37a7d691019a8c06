package dev.touchstone.assertions;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a verdict that stops a test says: one short line about the worst slice, then aligned facts,
 * bounded in length, then the command that reproduces it.
 */
final class VerdictMessage {
  private static final int MOST_SLICES = 24;
  private static final int MOST_NOTES = 6;
  private static final int MOST_FACTS = 8;
  private static final int MOST_CHARACTERS = 160;
  private static final int MOST_OF_A_NAME = 48;

  private VerdictMessage() {}

  static String of(Verdict verdict, RunContext context) {
    List<Verdict.Judgement> judgements = worstFirst(verdict);
    Facts facts = new Facts();
    facts.add("claim", text(verdict.claim().statement()));
    facts.add("subject", text(verdict.evidence().subject()));
    verdict.claim().because().ifPresent(reason -> facts.add("because", text(reason)));
    warnings(verdict, facts);
    facts.addTable("judged", judged(judgements));
    guess(judgements.get(0), facts);
    advice(verdict, judgements, facts);
    known(verdict, facts);
    facts.addTable("beside", beside(verdict));
    worst(verdict, facts);
    notes(verdict, facts);
    facts.add("seed", Long.toString(verdict.evidence().provenance().seed()));
    facts.add("fingerprint", verdict.fingerprint().substring(0, 16));
    facts.add("evidence", context.settings().reportDirectory().resolve("verdicts.json").toString());
    context.test().ifPresent(test -> facts.add("reproduce", test.command(context.settings())));
    String headline = headline(judgements.get(0), judgements.size()) + classesTaken(verdict);
    return (headline + System.lineSeparator() + facts).stripTrailing();
  }

  private static List<Verdict.Judgement> worstFirst(Verdict verdict) {
    List<Verdict.Judgement> judgements = new ArrayList<>(verdict.judgements());
    judgements.sort(
        Comparator.comparingInt(VerdictMessage::severity)
            .reversed()
            .thenComparingDouble(Verdict.Judgement::adjustedPValue));
    return judgements;
  }

  private static int severity(Verdict.Judgement judgement) {
    return switch (judgement.outcome()) {
      case FAIL -> 2;
      case INCONCLUSIVE -> 1;
      case PASS -> 0;
    };
  }

  private static String headline(Verdict.Judgement worst, int measurements) {
    Measurement measurement = worst.measurement();
    String what = name(measurement.quantity()) + " (" + name(measurement.slice()) + ")";
    if (Undetermined.is(measurement.estimate())) {
      return "INCONCLUSIVE: " + what + " could not be measured, so that nothing is shown of it";
    }
    String measured =
        what
            + " is "
            + Numbers.format(measurement.estimate().value())
            + " "
            + interval(worst.interval());
    if (worst.isRefutedAlone()) {
      return "INCONCLUSIVE: %s as one of %d measurements (Holm's correction), which neither shows nor refutes %s; on its own it is refuted"
          .formatted(measured, measurements, worst.bound());
    }
    return worst.outcome() == Outcome.FAIL
        ? "FAIL: " + measured + ", not " + worst.bound()
        : "INCONCLUSIVE: " + measured + ", which neither shows nor refutes " + worst.bound();
  }

  /** In the first line: where the order is another one, nothing else in the message matters. */
  private static String classesTaken(Verdict verdict) {
    return verdict
        .evidence()
        .provenance()
        .data()
        .classesTaken()
        .map(how -> "; classes were taken " + PlainText.of(how, 2 * MOST_CHARACTERS))
        .orElse("");
  }

  private static List<List<String>> judged(List<Verdict.Judgement> judgements) {
    List<List<String>> rows = new ArrayList<>();
    String level = Numbers.format(100 * Claim.LEVEL) + " % interval";
    rows.add(List.of("", "quantity", "slice", "estimate", level, "bound", "n", "p"));
    for (Verdict.Judgement judgement : judgements.stream().limit(MOST_SLICES).toList()) {
      Measurement measurement = judgement.measurement();
      rows.add(
          List.of(
              judgement.outcome().toString(),
              name(measurement.quantity()),
              name(measurement.slice()),
              Numbers.format(measurement.estimate().value()),
              interval(judgement.interval()),
              judgement.bound().toString(),
              Long.toString(measurement.estimate().sampleSize()),
              Numbers.format(judgement.adjustedPValue())));
    }
    if (judgements.size() > MOST_SLICES) {
      rows.add(List.of("… and " + (judgements.size() - MOST_SLICES) + " more in the evidence"));
    }
    return rows;
  }

  /** What the worst slice's number is worth. */
  private static void guess(Verdict.Judgement worst, Facts facts) {
    Measurement measurement = worst.measurement();
    measurement
        .guess()
        .ifPresent(
            guess ->
                facts.add(
                    "a guess",
                    "%s: %s (%s) %s"
                        .formatted(
                            text(guess.answer()),
                            name(measurement.quantity()),
                            name(measurement.slice()),
                            Numbers.format(guess.value()))));
  }

  /** What would decide an inconclusive claim. */
  private static void advice(Verdict verdict, List<Verdict.Judgement> judgements, Facts facts) {
    if (verdict.outcome() != Outcome.INCONCLUSIVE) {
      return;
    }
    judgements.stream()
        .filter(j -> j.outcome() == Outcome.INCONCLUSIVE)
        .limit(3)
        .forEach(j -> facts.add("to decide", advice(verdict, j)));
    facts.add(
        "or say",
        ".allowInconclusive(\"reason\") for this claim, or set touchstone.policy = lenient; strict"
            + " ships nothing undecided");
  }

  private static String advice(Verdict verdict, Verdict.Judgement judgement) {
    return name(judgement.measurement().slice()) + ": " + verdict.toDecide(judgement);
  }

  private static void known(Verdict verdict, Facts facts) {
    Verdict.Acceptance acceptance = verdict.known();
    if (acceptance != null) {
      verdict.claim().known().ifPresent(known -> facts.add("known", text(known.reason())));
      // Paths and the cure are ours, and must not be cut.
      facts.add("but", PlainText.of(acceptance.why(), 4 * MOST_CHARACTERS));
    }
  }

  private static List<List<String>> beside(Verdict verdict) {
    List<List<String>> rows = new ArrayList<>();
    List<Measurement> context = verdict.evidence().context();
    for (Measurement measurement : context.stream().limit(MOST_SLICES).toList()) {
      rows.add(
          List.of(
              name(measurement.quantity()),
              name(measurement.slice()),
              Numbers.format(measurement.estimate().value()),
              interval(measurement.estimate().interval(Claim.LEVEL))));
    }
    if (context.size() > MOST_SLICES) {
      rows.add(List.of("… and " + (context.size() - MOST_SLICES) + " more in the evidence"));
    }
    return rows;
  }

  private static void worst(Verdict verdict, Facts facts) {
    List<Finding> worst = verdict.evidence().worst();
    for (int i = 0; i < worst.size(); i++) {
      facts.add(
          i == 0 ? "worst" : "",
          name(worst.get(i).subject())
              + ": "
              + worst.get(i).facts().entrySet().stream()
                  .limit(MOST_FACTS)
                  .map(fact -> name(fact.getKey()) + " " + name(fact.getValue()))
                  .collect(Collectors.joining(", ")));
    }
  }

  /** Before any number: they say what the numbers are worth. */
  private static void warnings(Verdict verdict, Facts facts) {
    verdict.warnings().stream()
        .limit(MOST_NOTES)
        .forEach(
            warning -> facts.add("WARNING", PlainText.of(warning.text(), 4 * MOST_CHARACTERS)));
  }

  private static void notes(Verdict verdict, Facts facts) {
    verdict.evidence().notes().stream()
        .limit(MOST_NOTES)
        .forEach(note -> facts.add("note", PlainText.of(note, 2 * MOST_CHARACTERS)));
  }

  private static String interval(Interval interval) {
    if (Double.isInfinite(interval.lower()) && Double.isInfinite(interval.upper())) {
      return "";
    }
    String limits =
        "[" + Numbers.format(interval.lower()) + ", " + Numbers.format(interval.upper()) + "]";
    return interval.level() == Claim.LEVEL
        ? limits
        : limits + " at " + Numbers.format(100 * interval.level()) + " %";
  }

  /** Users, models and data may hold texts of any length; a message may not. */
  private static String text(String text) {
    return PlainText.of(text, MOST_CHARACTERS);
  }

  /** A name has to leave room for its row's numbers. */
  private static String name(String text) {
    return PlainText.of(text, MOST_OF_A_NAME);
  }
}

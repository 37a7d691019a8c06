package dev.touchstone.evidence.record;

import com.google.gson.JsonElement;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Interval;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One verdict from its JSON: the way back of {@link dev.touchstone.evidence.VerdictJson}. */
final class VerdictParser {
  private VerdictParser() {}

  /**
   * Reads a verdict.
   *
   * @throws Fields.Unexpected where the JSON is not as the schema says
   * @throws Contradiction where two of its statements cannot both be true
   */
  static RecordedVerdict verdict(JsonElement element, String place, VerdictSource source) {
    Fields json = Fields.of(element, place);
    double level = json.number("level");
    List<Verdict.Judgement> judgements =
        json.objects("judgements", judgement -> judgement(judgement, level));
    Claim claim = claim(json.object("claim"));
    Optional<Fields> known = json.optionalObject("known");
    Verdict verdict =
        new Verdict(
            known.map(k -> acceptingKnown(claim, k)).orElse(claim),
            evidence(json, judgements, level),
            judgements,
            json.constant("policy", Policy.class),
            known
                .map(k -> new Verdict.Acceptance(k.truth("accepted"), k.text("why")))
                .orElse(null));
    RecordedVerdict recorded =
        new RecordedVerdict(
            verdict,
            json.text("fingerprint"),
            json.optionalObject("test").map(VerdictParser::test),
            json.optionalText("reproduce"),
            source);
    refuseOtherWarnings(verdict, warnings(json));
    refuseContradictions(
        verdict, json.constant("outcome", Outcome.class), json.truth("acceptable"), level);
    return recorded;
  }

  /**
   * Reads what was shown without a claim.
   *
   * @throws Fields.Unexpected where the JSON is not as the schema says
   */
  static RecordedFigure shown(Fields json, VerdictSource source) {
    return new RecordedFigure(
        new Shown(
            json.text("subject"), FigureParser.figure(json.object("shown")), provenance(json)),
        json.optionalObject("test").map(VerdictParser::test),
        source);
  }

  /** What became of a run's tests. */
  static ModelTests tests(Fields json) {
    return new ModelTests(
        json.howMany("found", 0),
        json.howMany("started", 0),
        json.howMany("finished", 0),
        json.howMany("skipped", 0),
        json.howMany("aborted", 0),
        json.howMany("broken", 0),
        json.howMany("uncounted", 0),
        json.objects(
            "listed",
            test ->
                new ListedTest(
                    test.text("class"),
                    test.text("method"),
                    test.text("name"),
                    test.constant("end", ListedTest.End.class),
                    test.text("condition"),
                    test.text("reason"))));
  }

  /** Two statements of one verdict exclude each other. */
  static final class Contradiction extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Contradiction(String message) {
      super(message);
    }
  }

  private static void refuseContradictions(
      Verdict verdict, Outcome outcome, boolean acceptable, double level) {
    if (level != Claim.LEVEL) {
      throw new Contradiction("it was judged at level " + level + ", not " + Claim.LEVEL);
    }
    if (verdict.judgements().isEmpty()) {
      throw new Contradiction("it has no judgement, and nothing passes on nothing");
    }
    for (Verdict.Judgement judgement : verdict.judgements()) {
      if (!verdict.claim().bounds().contains(judgement.bound())) {
        throw new Contradiction(
            judgement.measurement().quantity()
                + " ("
                + judgement.measurement().slice()
                + ") is judged by a tolerance that the claim does not state");
      }
      Outcome follows = judgement.bound().outcome(judgement.interval(), judgement.adjustedPValue());
      if (judgement.outcome() != follows) {
        throw new Contradiction(
            judgement.measurement().quantity()
                + " ("
                + judgement.measurement().slice()
                + ") is called "
                + judgement.outcome()
                + ", but its interval and its tolerance make it "
                + follows);
      }
    }
    if (outcome != verdict.outcome()) {
      throw new Contradiction(
          "it is called " + outcome + ", but its judgements make it " + verdict.outcome());
    }
    if (acceptable != verdict.acceptable()) {
      throw new Contradiction(
          "it is called "
              + (acceptable ? "acceptable" : "not acceptable")
              + ", which its outcome, its policy and its exceptions do not say");
    }
  }

  private static Claim claim(Fields json) {
    Bound[] bounds = json.objects("bounds", VerdictParser::bound).toArray(Bound[]::new);
    if (bounds.length == 0) {
      throw new Contradiction("its claim has no bound");
    }
    Claim claim = Claim.of(json.text("statement"), bounds);
    claim = json.optionalText("id").map(claim::identifiedAs).orElse(claim);
    claim = json.optionalText("because").map(claim::because).orElse(claim);
    return json.optionalText("inconclusiveAllowed").map(claim::allowingInconclusive).orElse(claim);
  }

  private static Claim acceptingKnown(Claim claim, Fields known) {
    return claim.acceptingKnown(
        known.text("reason"), known.parsed("until", "a day such as 2027-03-31", LocalDate::parse));
  }

  private static Bound bound(Fields json) {
    return new Bound(
        json.optionalText("quantity").orElse(""),
        json.constant("direction", Bound.Direction.class),
        json.number("value"));
  }

  private static Verdict.Judgement judgement(Fields json, double level) {
    OptionalLong toDecide =
        json.optionalHowMany("examplesToDecide").map(OptionalLong::of).orElse(OptionalLong.empty());
    Measurement measurement = measurement(json, level, toDecide);
    return new Verdict.Judgement(
        bound(json.object("bound")),
        measurement,
        json.has("corrected")
            ? corrected(json.object("corrected"))
            : measurement.estimate().interval(level),
        json.probability("pValue"),
        json.probability("adjustedPValue"),
        json.constant("outcome", Outcome.class));
  }

  private static Measurement measurement(Fields json, double level, OptionalLong toDecide) {
    double value = json.numberOr("estimate", Double.NaN);
    return new Measurement(
        json.text("quantity"),
        json.text("slice"),
        new RecordedEstimate(
            value,
            // Written where it is another number.
            json.has("withoutBias") ? json.number("withoutBias") : value,
            json.howMany("n"),
            json.text("unit"),
            interval(json, level),
            json.text("method"),
            toDecide),
        json.optionalObject("guess")
            .map(guess -> new Guess(guess.text("answer"), guess.numberOr("value", Double.NaN))),
        json.optionalObject("reading").map(VerdictParser::reading).orElse(Reading.PLAIN));
  }

  private static Interval corrected(Fields json) {
    double level = json.number("level");
    if (!(level > 0 && level < 1)) {
      throw new Contradiction("an interval's level is " + level + ", not between 0 and 1");
    }
    return interval(json, level);
  }

  private static Interval interval(Fields json, double level) {
    double lower = json.numberOr("lower", Double.NEGATIVE_INFINITY);
    double upper = json.numberOr("upper", Double.POSITIVE_INFINITY);
    if (lower > upper) {
      throw new Contradiction("an interval's lower limit " + lower + " exceeds its upper " + upper);
    }
    return new Interval(lower, upper, level);
  }

  private static Reading reading(Fields json) {
    try {
      return new Reading(
          json.constant("unit", Reading.Unit.class),
          json.text("sentence"),
          json.optionalText("belowZero").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new Contradiction(String.valueOf(e.getMessage()));
    }
  }

  private static Evidence evidence(
      Fields json, Collection<Verdict.Judgement> judgements, double level) {
    Map<List<String>, Measurement> measured = new LinkedHashMap<>();
    for (Verdict.Judgement judgement : judgements) {
      Measurement measurement = judgement.measurement();
      measured.putIfAbsent(List.of(measurement.quantity(), measurement.slice()), measurement);
    }
    if (measured.isEmpty()) {
      throw new Contradiction("it has no judgement, and nothing passes on nothing");
    }
    return new Evidence(
        json.text("check"),
        json.text("subject"),
        List.copyOf(measured.values()),
        json.objects("context", m -> measurement(m, level, OptionalLong.empty())),
        json.objects("worst", f -> new Finding(f.text("subject"), f.texts("facts"))),
        json.objects("figures", FigureParser::figure),
        json.textsIn("notes"),
        warnings(json).stream().filter(warning -> !follows(warning)).toList(),
        provenance(json));
  }

  /** All that a verdict carries; earlier versions wrote none. */
  private static List<Warning> warnings(Fields json) {
    return json.has("warnings")
        ? json.objects("warnings", w -> new Warning(w.text("kind"), w.text("text")))
        : List.of();
  }

  /** Whether a warning follows from the claim and what was measured, and is made again. */
  private static boolean follows(Warning warning) {
    return warning.kind().equals(Warning.MET_BY_A_GUESS);
  }

  private static void refuseOtherWarnings(Verdict verdict, List<Warning> recorded) {
    List<String> kinds = recorded.stream().map(Warning::kind).toList();
    List<String> following = verdict.warnings().stream().map(Warning::kind).toList();
    if (!kinds.equals(following)) {
      throw new Contradiction(
          "it carries the warnings "
              + kinds
              + ", and its tolerances and what a guess would measure make them "
              + following);
    }
  }

  private static Provenance provenance(Fields verdict) {
    Fields json = verdict.object("provenance");
    return Provenance.read(
        new FactText.Texts(
            json.texts("model"),
            json.texts("data"),
            json.texts("settings"),
            json.texts("environment")),
        json.whole("seed"),
        verdict.parsed("startedAt", "an instant such as 2026-11-22T12:00:00Z", Instant::parse),
        verdict.numberOr("seconds", Double.NaN));
  }

  private static TestIdentity test(Fields json) {
    return new TestIdentity(
        json.text("id"),
        json.text("class"),
        json.text("method"),
        json.text("name"),
        json.optionalObject("suite")
            .map(suite -> new SuiteIdentity(suite.text("sha256"), suite.optionalText("version"))));
  }
}

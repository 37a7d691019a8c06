package dev.touchstone.report;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Interval;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The evidence behind a verdict, one click below the first screen.
 *
 * @param id where the page has it
 * @param mark the outcome as the style sheet's class: P, F or I
 * @param word the outcome as a word
 * @param statement the claim
 * @param subject what was looked at
 * @param says what the outcome means here, in sentences
 * @param warnings what has to be known before the verdict is trusted
 * @param because why the claim is made; empty if it does not say
 * @param lines the judgements
 * @param beside what was measured beside them
 * @param worst the worst findings as a table; without rows if there are none
 * @param notes sentences that belong to every reading
 * @param figures the pictures
 * @param facts where it comes from, this verdict's own
 * @param shared where it comes from, what others share
 * @param reproduce the command that runs the test again; empty where there is none
 */
record Sheet(
    String id,
    String mark,
    String word,
    String statement,
    String subject,
    List<String> says,
    List<String> warnings,
    String because,
    List<Line> lines,
    List<Beside> beside,
    Findings worst,
    List<String> notes,
    List<Picture> figures,
    Map<String, String> facts,
    List<Facts.Block> shared,
    String reproduce) {

  /** One measurement against one bound. */
  record Line(
      String mark,
      String word,
      String slice,
      String quantity,
      String estimate,
      String interval,
      String bound,
      String n,
      String pValue,
      String method,
      Scale.Bar bar) {}

  /** One measurement that nothing is claimed about. */
  record Beside(String slice, String quantity, String estimate, String interval, String n) {}

  /** A table of findings: per row an example and what is known of it. */
  record Findings(List<String> facts, List<Row> rows) {
    /** One finding; the values follow the table's facts. */
    record Row(String subject, List<String> values) {}
  }

  static Sheet of(Cell.Numbered numbered, Facts facts) {
    RecordedVerdict recorded = numbered.recorded();
    Verdict verdict = recorded.verdict();
    Evidence evidence = verdict.evidence();
    Provenance provenance = evidence.provenance();
    FactText.Texts texts = provenance.texts();
    return new Sheet(
        numbered.id(),
        verdict.outcome().name().substring(0, 1),
        verdict.outcome().name(),
        Inert.text(verdict.claim().statement()),
        Inert.text(evidence.subject()),
        says(numbered),
        verdict.warnings().stream().map(warning -> Inert.text(warning.text())).toList(),
        verdict.claim().because().map(Inert::text).orElse(""),
        lines(verdict),
        evidence.context().stream().map(Sheet::beside).toList(),
        findings(evidence.worst()),
        evidence.notes().stream().map(Inert::text).toList(),
        evidence.figures().stream().map((Figure figure) -> Picture.of(figure, verdict)).toList(),
        own(recorded),
        List.of(
            facts.of(
                about(provenance),
                Facts.called(provenance.subject().name(), "no model"),
                provenance.modelSha256().or(provenance::sourceSha256).orElse(""),
                texts.model()),
            facts.of(
                "data",
                Facts.called(provenance.data().name(), "no data"),
                provenance.data().sha256(),
                texts.data()),
            facts.of("environment", "environment", "", texts.environment())),
        recorded.reproduce().map(Inert::text).orElse(""));
  }

  /** The outcome in sentences. */
  private static String about(Provenance provenance) {
    if (provenance.isAboutData()) {
      return "subject";
    }
    return provenance.isAboutTrainer() ? "trainer" : "model";
  }

  private static List<String> says(Cell.Numbered numbered) {
    Verdict verdict = numbered.recorded().verdict();
    Claim claim = verdict.claim();
    List<String> says = new ArrayList<>();
    says.add(Why.sentence(verdict));
    switch (verdict.outcome()) {
      case PASS -> says.add("Shown: every interval lies inside its tolerance.");
      case FAIL ->
          says.add(
              numbered.discovery()
                  ? "Refuted, and a discovery: it stays refuted when all claims of this report are"
                      + " counted."
                  : "Refuted, but no discovery: among so many claims chance alone may have refuted"
                      + " it.");
      case INCONCLUSIVE -> {
        says.add("Undecided: the data neither show nor refute the claim.");
        for (Verdict.Judgement judgement : verdict.judgements()) {
          if (judgement.outcome() == Outcome.INCONCLUSIVE) {
            says.add(
                Inert.text(judgement.measurement().slice())
                    + ": "
                    + verdict.toDecide(judgement)
                    + ".");
          }
        }
      }
    }
    claim
        .inconclusiveAllowed()
        .filter(reason -> verdict.outcome() == Outcome.INCONCLUSIVE)
        .ifPresent(reason -> says.add("Accepted although undecided: " + Inert.text(reason)));
    if (verdict.outcome() == Outcome.INCONCLUSIVE
        && claim.inconclusiveAllowed().isEmpty()
        && verdict.policy() == Policy.LENIENT) {
      says.add("Accepted although undecided: this run's policy is lenient.");
    }
    Verdict.Acceptance known = verdict.known();
    if (known != null) {
      claim
          .known()
          .ifPresent(
              k ->
                  says.add(
                      "A known failure until "
                          + k.until()
                          + ", "
                          + (known.accepted() ? "accepted" : "not accepted")
                          + ": "
                          + Inert.text(k.reason())
                          + " ("
                          + Inert.text(known.why())
                          + ")"));
    }
    return says;
  }

  private static List<Line> lines(Verdict verdict) {
    List<Line> lines = new ArrayList<>();
    for (Verdict.Judgement judgement : verdict.judgements()) {
      Scale scale =
          Scale.over(
              verdict.judgements().stream()
                  .filter(j -> j.bound().equals(judgement.bound()))
                  .toList());
      Measurement measurement = judgement.measurement();
      lines.add(
          new Line(
              judgement.outcome().name().substring(0, 1),
              judgement.outcome().name(),
              Inert.text(measurement.slice()),
              Inert.text(measurement.quantity()),
              measurement.reading().unit().format(measurement.estimate().value()),
              range(measurement, judgement.interval()),
              Cell.tolerance(judgement),
              sampleSize(measurement),
              Numbers.format(judgement.adjustedPValue()),
              method(measurement),
              scale.bar(judgement)));
    }
    return lines;
  }

  private static String method(Measurement measurement) {
    return Inert.text(measurement.estimate().method())
        + measurement
            .guess()
            .map(
                guess ->
                    "; %s: %s"
                        .formatted(
                            Inert.text(guess.answer()),
                            measurement.reading().unit().format(guess.value())))
            .orElse("");
  }

  private static Beside beside(Measurement measurement) {
    return new Beside(
        Inert.text(measurement.slice()),
        Inert.text(measurement.quantity()),
        measurement.reading().unit().format(measurement.estimate().value()),
        range(measurement, measurement.estimate().interval(Claim.LEVEL)),
        sampleSize(measurement));
  }

  private static String sampleSize(Measurement measurement) {
    String unit = measurement.estimate().unit();
    return Inert.count(measurement.estimate().sampleSize())
        + (unit.equals("examples") ? "" : " " + Inert.text(unit));
  }

  private static String range(Measurement measurement, Interval interval) {
    Reading.Unit unit = measurement.reading().unit();
    return unit.format(interval.lower()) + " to " + unit.format(interval.upper());
  }

  private static Findings findings(List<Finding> worst) {
    Set<String> names = new LinkedHashSet<>();
    worst.forEach(finding -> names.addAll(finding.facts().keySet()));
    return new Findings(
        names.stream().map(Inert::text).toList(),
        worst.stream()
            .map(
                finding ->
                    new Findings.Row(
                        Inert.text(finding.subject()),
                        names.stream()
                            .map(name -> Inert.text(finding.facts().getOrDefault(name, "")))
                            .toList()))
            .toList());
  }

  private static Map<String, String> own(RecordedVerdict recorded) {
    Provenance provenance = recorded.verdict().evidence().provenance();
    Map<String, String> facts = Inert.texts(provenance.texts().settings());
    facts.put("seed", Long.toString(provenance.seed()));
    recorded
        .test()
        .map(TestIdentity::className)
        .ifPresent(
            name ->
                facts.put(
                    "test",
                    Inert.text(
                        name + "#" + recorded.test().map(TestIdentity::methodName).orElse(""))));
    facts.put("policy", recorded.verdict().policy().toString().toLowerCase(Locale.ROOT));
    facts.put("began", provenance.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("took", Numbers.format(provenance.seconds()) + " s");
    facts.put("run", Inert.text(recorded.source().run()));
    facts.put("fingerprint", Inert.text(recorded.fingerprint()));
    return facts;
  }
}

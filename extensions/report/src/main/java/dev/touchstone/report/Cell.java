package dev.touchstone.report;

import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A verdict on the first screen: the judgement that decides it, and a way to its evidence.
 *
 * @param id of the sheet with the evidence
 * @param mark the outcome as the style sheet's class: P, F or I
 * @param word the outcome as a word
 * @param accepted whether the test may be green although the claim does not pass
 * @param discovery whether a failure stays one when all claims are counted
 * @param warned whether the verdict carries a warning
 * @param slice what decided, where there are several: "sex=Female, 1 of 3"; else empty
 * @param estimate the estimate
 * @param interval its interval and n: "[1 %, 2 %], n = 3,000"
 * @param tolerance what it is judged against: "≤ 10 %", or "AUROC ≥ 0.9" where a claim has several
 * @param trend against what was approved
 * @param bar the interval drawn against the tolerance
 * @param model the filter's number of the model
 * @param check the filter's number of the check
 * @param groups the filter's numbers of the slices, separated by blanks
 */
record Cell(
    String id,
    String mark,
    String word,
    boolean accepted,
    boolean discovery,
    boolean warned,
    String slice,
    String estimate,
    String interval,
    String tolerance,
    Trend trend,
    Scale.Bar bar,
    int model,
    int check,
    String groups) {

  static Cell of(Numbered numbered, Scale scale, Filters filters) {
    Verdict verdict = numbered.recorded().verdict();
    Verdict.Judgement judgement = verdict.deciding();
    int judged = verdict.judgements().size();
    return new Cell(
        numbered.id(),
        verdict.outcome().name().substring(0, 1),
        verdict.outcome().name(),
        verdict.accepted(),
        numbered.discovery(),
        !verdict.warnings().isEmpty(),
        judged == 1
            ? ""
            : Inert.text(judgement.measurement().slice()) + ", 1 of " + Inert.count(judged),
        judgement.measurement().reading().unit().format(judgement.measurement().estimate().value()),
        interval(judgement)
            + ", n = "
            + Inert.count(judgement.measurement().estimate().sampleSize()),
        (verdict.claim().bounds().size() == 1 ? "" : Inert.text(judgement.bound().quantity()) + " ")
            + tolerance(judgement),
        numbered.trend(),
        scale.bar(judgement),
        filters.models().numberOf(Board.modelName(numbered.recorded())),
        filters.checks().numberOf(verdict.evidence().check()),
        verdict.judgements().stream()
            .map(j -> filters.groups().numberOf(j.measurement().slice()))
            .distinct()
            .sorted()
            .map(number -> Integer.toString(number))
            .collect(Collectors.joining(" ")));
  }

  /** The interval that decided, in the quantity's unit. */
  static String interval(Verdict.Judgement judgement) {
    return judgement.measurement().reading().unit().format(judgement.interval());
  }

  /** The bound in the quantity's unit: {@code "≤ 10 %"}. */
  static String tolerance(Verdict.Judgement judgement) {
    return judgement.bound().in(judgement.measurement().reading().unit());
  }

  /** The worst first. */
  static int rank(Outcome outcome) {
    return List.of(Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS).indexOf(outcome);
  }

  /** A verdict with its place in the page. */
  record Numbered(String id, RecordedVerdict recorded, boolean discovery, Trend trend) {}

  /** What can be filtered by. */
  record Filters(Choices models, Choices checks, Choices groups) {}
}

package dev.touchstone.gate.handoff;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Shown;
import dev.touchstone.statistics.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What verdicts measured about a model or a trainer, each quantity on each slice of data once. */
final class Metrics {
  private Metrics() {}

  /**
   * One measured quantity.
   *
   * @param data the data's name
   * @param dataSha256 their digest; empty where it was not recorded
   * @param judgedAt when it was measured last
   */
  record Metric(
      String quantity,
      String slice,
      double value,
      Interval interval,
      long sampleSize,
      String unit,
      String method,
      String data,
      String dataSha256,
      Instant judgedAt) {

    /** Whether there is a number; else the method says why there is none. */
    boolean isEstimated() {
      return !Double.isNaN(value);
    }

    /** The same whenever it was measured: tests of one model may share a number. */
    private Metric whenever() {
      return new Metric(
          quantity,
          slice,
          value,
          interval,
          sampleSize,
          unit,
          method,
          data,
          dataSha256,
          Instant.EPOCH);
    }
  }

  /**
   * A quantity measured of a trainer.
   *
   * @param of what tells it from others of its name: the policy's claim or, where the policy did
   *     not ask, the detector that was checked or else the check
   */
  record Named(String of, Metric metric) {}

  /**
   * What verdicts say of a trainer that the policy pins as the one that makes the model. Its
   * numbers are about models that it trained for the check, and none about the model file.
   *
   * @param sha256 its digest
   * @param shown what the policy asked for and took
   * @param others what else was measured
   * @param claims what was claimed and came of it, of what the policy asked for and took
   * @param otherClaims what else was claimed, and came of it
   * @param notes sentences that belong to every reading of the metrics
   */
  record OfTrainer(
      String name,
      String sha256,
      List<Named> shown,
      List<Named> others,
      List<String> claims,
      List<String> otherClaims,
      List<String> notes) {}

  /** Of the trainers that make the model, in the order of their names. */
  static List<OfTrainer> ofTrainers(Decision decision, Candidate candidate) {
    Map<List<String>, List<RecordedVerdict>> byTrainer =
        decision.trainerEvidenceOn(candidate).stream()
            .collect(
                Collectors.groupingBy(
                    recorded -> {
                      Provenance provenance = recorded.verdict().evidence().provenance();
                      return List.of(
                          provenance.subject().name(), provenance.sourceSha256().orElse(""));
                    },
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<OfTrainer> trainers = new ArrayList<>();
    byTrainer.forEach(
        (trainer, verdicts) ->
            trainers.add(
                ofTrainer(
                    trainer.get(0),
                    trainer.get(1),
                    verdicts,
                    decision.shown().stream()
                        .filter(shown -> shown.model().equals(candidate.name()))
                        .filter(shown -> verdicts.contains(shown.verdict()))
                        .toList())));
    trainers.sort(Comparator.comparing(OfTrainer::name).thenComparing(OfTrainer::sha256));
    return trainers;
  }

  private static OfTrainer ofTrainer(
      String name, String sha256, List<RecordedVerdict> verdicts, List<Shown> shown) {
    Map<String, List<Metric>> asked = new LinkedHashMap<>();
    // By what was checked, too: the same number of another detector is another finding.
    Map<String, Set<Metric>> taken = new LinkedHashMap<>();
    for (Shown cell : shown) {
      Metric metric =
          metric(cell.judgement().measurement(), cell.verdict().verdict().evidence().provenance());
      asked.computeIfAbsent(cell.claim(), claim -> new ArrayList<>()).add(metric);
      taken.computeIfAbsent(checked(cell.verdict()), of -> new HashSet<>()).add(metric.whenever());
    }
    Map<String, List<Metric>> besides = new LinkedHashMap<>();
    for (RecordedVerdict recorded : verdicts) {
      String of = checked(recorded);
      measured(recorded)
          .filter(metric -> !taken.getOrDefault(of, Set.of()).contains(metric.whenever()))
          .forEach(metric -> besides.computeIfAbsent(of, o -> new ArrayList<>()).add(metric));
    }
    List<RecordedVerdict> showing = shown.stream().map(Shown::verdict).distinct().toList();
    return new OfTrainer(
        name,
        sha256,
        named(asked),
        named(besides),
        claims(showing),
        claims(verdicts.stream().filter(verdict -> !showing.contains(verdict)).toList()),
        List.copyOf(notes(verdicts)));
  }

  private static String checked(RecordedVerdict recorded) {
    Evidence evidence = recorded.verdict().evidence();
    return evidence.provenance().detector().orElse(evidence.check());
  }

  private static List<Named> named(Map<String, List<Metric>> metrics) {
    List<Named> named = new ArrayList<>();
    metrics.forEach((of, all) -> latest(all).forEach(metric -> named.add(new Named(of, metric))));
    return named;
  }

  private static List<String> claims(List<RecordedVerdict> verdicts) {
    return verdicts.stream()
        .map(v -> v.verdict().outcome() + ": " + v.verdict().claim().statement())
        .distinct()
        .toList();
  }

  /** What the policy asked for and took, in the order of quantity, data and slice. */
  static List<Metric> shown(Decision decision, Candidate candidate) {
    return latest(
        shownOf(decision, candidate).stream()
            .map(
                shown ->
                    metric(
                        shown.judgement().measurement(),
                        shown.verdict().verdict().evidence().provenance()))
            .toList());
  }

  /**
   * What else was measured: on other data perhaps, long ago, or by a suite that nobody approved.
   */
  static List<Metric> others(Decision decision, Candidate candidate) {
    Set<Metric> shown =
        shown(decision, candidate).stream().map(Metric::whenever).collect(Collectors.toSet());
    return latest(
        decision.evidenceAbout(candidate).stream()
            .flatMap(Metrics::measured)
            .filter(metric -> !shown.contains(metric.whenever()))
            .toList());
  }

  private static Stream<Metric> measured(RecordedVerdict recorded) {
    Evidence evidence = recorded.verdict().evidence();
    return Stream.concat(evidence.measurements().stream(), evidence.context().stream())
        .map(measurement -> metric(measurement, evidence.provenance()));
  }

  /** The verdicts that showed what the policy asked for, each once. */
  static List<RecordedVerdict> verdictsShown(Decision decision, Candidate candidate) {
    return shownOf(decision, candidate).stream().map(Shown::verdict).distinct().toList();
  }

  private static List<Shown> shownOf(Decision decision, Candidate candidate) {
    List<RecordedVerdict> about = decision.evidenceAbout(candidate);
    return decision.shown().stream()
        .filter(shown -> shown.model().equals(candidate.name()))
        // What is shown of its trainer stands by itself: it was measured on other models.
        .filter(shown -> about.contains(shown.verdict()))
        .toList();
  }

  /** Each once, as it was measured last, in the order of quantity, data and slice. */
  private static List<Metric> latest(List<Metric> metrics) {
    Map<Metric, Metric> latest = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      latest.merge(
          metric.whenever(),
          metric,
          (one, other) -> one.judgedAt().isBefore(other.judgedAt()) ? other : one);
    }
    return latest.values().stream()
        .sorted(
            Comparator.comparing(Metric::quantity)
                .thenComparing(Metric::data)
                .thenComparing(Metric::dataSha256)
                .thenComparing(Metric::slice)
                .thenComparing(Metric::judgedAt))
        .toList();
  }

  private static Metric metric(Measurement measurement, Provenance provenance) {
    return new Metric(
        measurement.quantity(),
        measurement.slice(),
        measurement.estimate().value(),
        measurement.estimate().interval(Claim.LEVEL),
        measurement.estimate().sampleSize(),
        measurement.estimate().unit(),
        measurement.estimate().method(),
        provenance.data().name(),
        provenance.data().sha256(),
        provenance.startedAt());
  }

  /** The data of verdicts: digest, or name where there is none, to facts. */
  static Map<String, DataFacts> data(List<RecordedVerdict> verdicts) {
    Map<String, DataFacts> data = new LinkedHashMap<>();
    for (RecordedVerdict recorded : verdicts) {
      DataFacts facts = recorded.verdict().evidence().provenance().data();
      data.putIfAbsent(facts.sha256().isEmpty() ? facts.name() : facts.sha256(), facts);
    }
    return data;
  }

  /** Sentences that belong to every reading of what was measured. */
  static Set<String> notes(Decision decision, Candidate candidate) {
    return notes(decision.evidenceAbout(candidate));
  }

  private static Set<String> notes(List<RecordedVerdict> verdicts) {
    Set<String> notes = new LinkedHashSet<>();
    verdicts.forEach(recorded -> notes.addAll(recorded.verdict().evidence().notes()));
    return notes;
  }

  /** What the model's verdicts say it is, by name: format, outputs, preprocessing. */
  static Map<String, String> model(Decision decision, Candidate candidate) {
    return decision.evidenceAbout(candidate).stream()
        .findFirst()
        .map(recorded -> recorded.verdict().evidence().provenance().texts().model())
        .orElse(Map.of());
  }
}

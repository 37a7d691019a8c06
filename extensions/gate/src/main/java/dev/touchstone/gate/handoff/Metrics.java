package dev.touchstone.gate.handoff;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.RecordedVerdict;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
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
      String dataSha256) {}

  /**
   * What verdicts say of a trainer that the policy pins as the one that makes the model. Its
   * numbers are about models that it trained for the check, and none about the model file.
   *
   * @param sha256 its digest
   * @param claims what was claimed of it, and what came of it
   * @param notes sentences that belong to every reading of the metrics
   */
  record OfTrainer(
      String name, String sha256, List<Metric> metrics, List<String> claims, List<String> notes) {}

  /** Of the model file, in the order of quantity, data and slice. */
  static List<Metric> of(Decision decision, Candidate candidate) {
    return of(decision.evidenceAbout(candidate));
  }

  /** Of the trainers that make the model, in the order of their names. */
  static List<OfTrainer> ofTrainers(Decision decision, Candidate candidate) {
    Map<List<String>, List<RecordedVerdict>> byTrainer =
        decision.trainerEvidenceOn(candidate).stream()
            .collect(
                Collectors.groupingBy(
                    recorded -> {
                      Provenance provenance = recorded.verdict().evidence().provenance();
                      return List.of(
                          provenance.model().getOrDefault("name", ""),
                          provenance.trainerSha256().orElse(""));
                    },
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<OfTrainer> trainers = new ArrayList<>();
    byTrainer.forEach(
        (trainer, verdicts) ->
            trainers.add(
                new OfTrainer(
                    trainer.get(0),
                    trainer.get(1),
                    of(verdicts),
                    verdicts.stream()
                        .map(v -> v.verdict().outcome() + ": " + v.verdict().claim().statement())
                        .distinct()
                        .toList(),
                    List.copyOf(notes(verdicts)))));
    trainers.sort(Comparator.comparing(OfTrainer::name).thenComparing(OfTrainer::sha256));
    return trainers;
  }

  private static List<Metric> of(List<RecordedVerdict> verdicts) {
    Set<Metric> metrics = new LinkedHashSet<>();
    for (RecordedVerdict recorded : verdicts) {
      Provenance provenance = recorded.verdict().evidence().provenance();
      Stream.concat(
              recorded.verdict().evidence().measurements().stream(),
              recorded.verdict().evidence().context().stream())
          .forEach(measurement -> metrics.add(metric(measurement, provenance.data())));
    }
    return metrics.stream()
        .sorted(
            Comparator.comparing(Metric::quantity)
                .thenComparing(Metric::data)
                .thenComparing(Metric::dataSha256)
                .thenComparing(Metric::slice))
        .toList();
  }

  private static Metric metric(Measurement measurement, Map<String, String> data) {
    return new Metric(
        measurement.quantity(),
        measurement.slice(),
        measurement.estimate().value(),
        measurement.estimate().interval(Claim.LEVEL),
        measurement.estimate().sampleSize(),
        measurement.estimate().unit(),
        measurement.estimate().method(),
        data.getOrDefault("name", ""),
        data.getOrDefault("sha256", ""));
  }

  /** The data that the model was judged on: digest, or name where there is none, to facts. */
  static Map<String, Map<String, String>> data(Decision decision, Candidate candidate) {
    Map<String, Map<String, String>> data = new LinkedHashMap<>();
    for (RecordedVerdict recorded : decision.evidenceAbout(candidate)) {
      Map<String, String> facts = recorded.verdict().evidence().provenance().data();
      data.putIfAbsent(facts.getOrDefault("sha256", facts.getOrDefault("name", "")), facts);
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

  /** What the model's verdicts say it is: format, outputs, preprocessing. */
  static Map<String, String> model(Decision decision, Candidate candidate) {
    return decision.evidenceAbout(candidate).stream()
        .findFirst()
        .map(recorded -> recorded.verdict().evidence().provenance().model())
        .orElse(Map.of());
  }
}

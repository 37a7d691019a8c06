package dev.touchstone.gate.handoff;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.RecordedVerdict;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.statistics.Interval;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What verdicts measured about a model, each quantity on each slice of each data once. */
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

  /** In the order of quantity, data and slice. */
  static List<Metric> of(Decision decision, Candidate candidate) {
    Set<Metric> metrics = new LinkedHashSet<>();
    for (RecordedVerdict recorded : decision.evidenceAbout(candidate)) {
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
    Set<String> notes = new LinkedHashSet<>();
    decision
        .evidenceAbout(candidate)
        .forEach(recorded -> notes.addAll(recorded.verdict().evidence().notes()));
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

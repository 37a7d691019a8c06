package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.facts.Comparison;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One question about each label of several, as one evidence whose measurements name the labels. A
 * claim of them holds where it is shown of every label, and is refuted where one label's
 * measurement is after Holm's correction over all of them.
 */
public final class EachLabel {
  private EachLabel() {}

  /** A question about a classifier beside another one. */
  public interface Comparing {
    /** Returns what is found. */
    Evidence compare(Classifier model, Classifier other, Dataset data);
  }

  /**
   * Asks about each label.
   *
   * @param check of a classifier of two classes, absent and present
   * @throws TouchstoneException if model and data have other labels, or for what the check refuses
   *     of one label, which the message names
   */
  public static Evidence evaluate(
      MultiLabelModel model,
      MultiLabelDataset data,
      BiFunction<Classifier, Dataset, Evidence> check) {
    model.requireLabelsOf(data);
    return model.askedOnceWhile(
        () ->
            evaluate(
                model,
                List.of(),
                data,
                label -> check.apply(model.ofLabel(label), data.ofLabel(label))));
  }

  /**
   * Asks about each label beside what an approved model makes of it.
   *
   * @throws TouchstoneException as {@link #evaluate(MultiLabelModel, MultiLabelDataset,
   *     BiFunction)} does, of both models
   */
  public static Evidence evaluate(
      MultiLabelModel model, MultiLabelModel approved, MultiLabelDataset data, Comparing check) {
    model.requireLabelsOf(data);
    approved.requireLabelsOf(data);
    return model.askedOnceWhile(
        () ->
            approved.askedOnceWhile(
                () ->
                    evaluate(
                        model,
                        List.of(Comparison.with(Comparison.Role.APPROVED, approved.facts())),
                        data,
                        label ->
                            check.compare(
                                model.ofLabel(label),
                                approved.ofLabel(label),
                                data.ofLabel(label)))));
  }

  private static Evidence evaluate(
      MultiLabelModel model,
      List<Comparison> comparisons,
      MultiLabelDataset data,
      Function<String, Evidence> check) {
    Map<String, Evidence> found = new LinkedHashMap<>();
    for (String label : data.labels()) {
      try {
        found.put(label, check.apply(label));
      } catch (TouchstoneException e) {
        throw e.about("label " + label);
      }
    }
    Evidence first = Objects.requireNonNull(found.get(data.labels().get(0)));
    Evidence.Builder evidence =
        Evidence.of(
            first.check(),
            "each of %d labels of %s on %s (n = %d)"
                .formatted(found.size(), model.name(), data.name(), data.size()));
    found.forEach(
        (label, of) -> {
          of.measurements().forEach(one -> evidence.measured(named(label, one)));
          of.context().forEach(one -> evidence.beside(named(label, one)));
          of.warnings()
              .forEach(
                  warning ->
                      evidence.warn(
                          new Warning(
                              warning.kind(), "label %s: %s".formatted(label, warning.text()))));
        });
    worst(found).forEach(evidence::worst);
    notes(found).forEach(evidence::note);
    evidence.figure(figure(found));
    return evidence.from(provenance(model, comparisons, data, found));
  }

  /** The slice stands first: a group column is known by what stands before its equals sign. */
  private static Measurement named(String label, Measurement of) {
    String slice =
        of.slice().equals(Dataset.Slice.OVERALL)
            ? "label " + label
            : "%s, label %s".formatted(of.slice(), label);
    String sentence = of.reading().sentence();
    return new Measurement(
        of.quantity(),
        slice,
        of.estimate(),
        of.guess(),
        new Reading(
            of.reading().unit(),
            sentence.isEmpty() ? "" : "label %s: %s".formatted(label, sentence)));
  }

  /** The worst of every label before the second worst of any. */
  private static List<Finding> worst(Map<String, Evidence> found) {
    List<Finding> worst = new ArrayList<>();
    for (int rank = 0; rank < Evidence.MOST_FINDINGS; rank++) {
      for (Map.Entry<String, Evidence> of : found.entrySet()) {
        if (rank < of.getValue().worst().size()) {
          Finding finding = of.getValue().worst().get(rank);
          Map<String, String> facts = new LinkedHashMap<>();
          facts.put("of label", of.getKey());
          facts.putAll(finding.facts());
          worst.add(new Finding(finding.subject(), facts));
        }
      }
    }
    return worst;
  }

  /** A note that holds for every label once, any other under its label. */
  private static List<String> notes(Map<String, Evidence> found) {
    List<String> notes = new ArrayList<>();
    found.forEach(
        (label, of) ->
            of.notes()
                .forEach(
                    note ->
                        notes.add(
                            found.values().stream().allMatch(e -> e.notes().contains(note))
                                ? note
                                : "label %s: %s".formatted(label, note))));
    return notes.stream().distinct().toList();
  }

  private static Figure figure(Map<String, Evidence> found) {
    Measurement one = found.values().iterator().next().measurements().get(0);
    List<String> labels = new ArrayList<>();
    List<Estimate> estimates = new ArrayList<>();
    found.forEach(
        (label, of) -> {
          labels.add(label);
          estimates.add(of.measurements().get(0).estimate());
        });
    return Besides.plot(
        "labels",
        one.slice().equals(Dataset.Slice.OVERALL)
            ? "%s of each label".formatted(one.quantity())
            : "%s of each label, %s".formatted(one.quantity(), one.slice()),
        "label",
        one.quantity(),
        labels,
        estimates);
  }

  private static Provenance provenance(
      MultiLabelModel model,
      List<Comparison> comparisons,
      MultiLabelDataset data,
      Map<String, Evidence> found) {
    List<Provenance> all = found.values().stream().map(Evidence::provenance).toList();
    Provenance first = all.get(0);
    return new Provenance(
        model.facts().requiringOwn(),
        comparisons,
        data.facts(),
        settings(found),
        first.seed(),
        first.environment(),
        first.startedAt(),
        all.stream().mapToDouble(Provenance::seconds).sum());
  }

  /** A setting that is the same for every label once, any other by its label. */
  private static Map<String, String> settings(Map<String, Evidence> found) {
    Map<String, Map<String, String>> bySetting = new LinkedHashMap<>();
    found.forEach(
        (label, of) ->
            of.provenance()
                .settings()
                .forEach(
                    (setting, value) ->
                        bySetting
                            .computeIfAbsent(setting, s -> new LinkedHashMap<>())
                            .put(label, value)));
    Map<String, String> settings = new LinkedHashMap<>();
    bySetting.forEach(
        (setting, values) -> {
          List<String> different = values.values().stream().distinct().toList();
          settings.put(
              setting,
              different.size() == 1 && values.size() == found.size()
                  ? different.get(0)
                  : values.entrySet().stream()
                      .map(of -> "%s of label %s".formatted(of.getValue(), of.getKey()))
                      .collect(Collectors.joining(", ")));
        });
    return settings;
  }
}

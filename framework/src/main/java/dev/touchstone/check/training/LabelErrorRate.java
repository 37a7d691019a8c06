package dev.touchstone.check.training;

import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Thumbnails;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.StratifiedProportion;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many labels of a data set are wrong? The share among examples that a person looked at, drawn
 * at random ({@link LabelAudit}), with limits for all of the data and for every group. Without
 * anybody's look nothing is known: a detector ranks, and does not count.
 *
 * <p>The labels that were found to be wrong stand in the evidence, and behind them the most
 * suspicious of those that nobody looked at, as a ranking with pictures where they are images.
 */
public final class LabelErrorRate {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "label error rate";

  private static final int RANKS_SHOWN = 60;

  private LabelErrorRate() {}

  /** Makes the check; it has no settings. */
  public static LabelErrorRate withDefaults() {
    return new LabelErrorRate();
  }

  /** Measures what an audit shows, overall and per group of its data. */
  public Evidence evaluate(LabelAudit audit, RunContext context) {
    Dataset data = audit.data();
    Trace trace =
        Trace.start(context)
            .with("audited", audit.examples().length)
            .with("strata", audit.strata())
            .with("drawn with seed", audit.seed());
    Evidence.Builder evidence =
        Evidence.of(WhatToMend.LABELS, "labels of %s (n = %d)".formatted(data.name(), data.size()));
    int[] right = audit.rightLabels();
    for (Slice slice : data.slices()) {
      evidence.measured(
          new Measurement(QUANTITY, slice.name(), rate(audit, right, slice))
              .reading(
                  Reading.share(
                      "of %s %s have a wrong label"
                          .formatted(Readings.examples(slice.name()), Reading.VALUE))));
    }
    found(data, right).forEach(evidence::worst);
    Optional.ofNullable(audit.issues())
        .ifPresent(issues -> suspects(data, right, issues, evidence));
    evidence.note(
        audit.strata() == 1
            ? "a sample drawn at random of all examples"
            : "a sample drawn at random of three strata by suspicion; each counts for its share of"
                + " the data");
    data.clustering()
        .ifPresent(
            column ->
                evidence.note(
                    "the sample was drawn by example and not by %s; the limits are about these labels, so that clusters do not matter"
                        .formatted(column)));
    return evidence.from(trace.end(data));
  }

  private static Estimate rate(LabelAudit audit, int[] right, Slice slice) {
    if (!audit.isAnswered()) {
      return Undetermined.because(
          "nobody has looked at the labels; look at the %d examples that audit.examples() names, and give audit.answered(…)"
              .formatted(audit.examples().length),
          0);
    }
    int[] population = new int[audit.strata()];
    int[] drawn = new int[population.length];
    int[] wrong = new int[population.length];
    for (int i : slice.examples()) {
      int stratum = audit.stratumOf()[i];
      population[stratum]++;
      drawn[stratum] += right[i] < 0 ? 0 : 1;
      wrong[stratum] += right[i] < 0 || right[i] == audit.data().label(i) ? 0 : 1;
    }
    List<StratifiedProportion.Stratum> strata =
        IntStream.range(0, population.length)
            .filter(s -> population[s] > 0)
            .mapToObj(s -> new StratifiedProportion.Stratum(population[s], drawn[s], wrong[s]))
            .toList();
    return strata.stream().allMatch(stratum -> stratum.drawn() == 0)
        ? Undetermined.because(
            "none of the audited examples is in the group; draw a larger sample", 0)
        : StratifiedProportion.of(strata);
  }

  /** The labels that the person found to be wrong. */
  private static List<Finding> found(Dataset data, int... right) {
    return IntStream.range(0, right.length)
        .filter(i -> right[i] >= 0 && right[i] != data.label(i))
        .limit(Evidence.MOST_FINDINGS)
        .mapToObj(
            i -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("given", data.classNames().get(data.label(i)));
              facts.put("right", data.classNames().get(right[i]));
              return new Finding(data.id(i), facts);
            })
        .toList();
  }

  private static void suspects(
      Dataset data, int[] right, LabelIssues issues, Evidence.Builder evidence) {
    double[] suspicion = issues.suspicion();
    List<Ranking.Item> items = new ArrayList<>();
    IntStream.range(0, suspicion.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -suspicion[i]))
        .limit(RANKS_SHOWN)
        .forEach(
            i -> {
              Optional<Thumbnail> picture =
                  items.size() < Thumbnails.MOST ? Thumbnails.of(data, i) : Optional.empty();
              items.add(
                  new Ranking.Item(
                      data.id(i),
                      suspicion[i],
                      right[i] >= 0 && right[i] != data.label(i),
                      picture));
            });
    evidence.figure(
        new Ranking(
            "suspects", "The most suspicious labels; marked are those found to be wrong", items));
    issues.remark().ifPresent(evidence::note);
  }
}

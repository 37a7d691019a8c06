package dev.touchstone.check.study;

import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.OneWayAnova;
import dev.touchstone.statistics.TukeyKramer;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Do people tell models apart by what they are shown? By how much the mean rating of one condition,
 * such as the sound model, exceeds that of every other one (thesis, section 4.6).
 *
 * <p>A participant counts once in a condition, by the mean of the items' ratings. Where both
 * conditions were rated by the same participants, their differences are averaged; where nobody
 * rated both, the difference is recovered from the two means' limits; else limits are subtracted,
 * which hold whatever the dependence. Means are of bounded values (Gaffke 2005), so that nothing is
 * assumed of how ratings are distributed.
 *
 * <p>Beside it stands what the thesis reports: means with Student's intervals, a one-way analysis
 * of variance, and all pairs after Tukey and Kramer, which assume independent normal ratings of one
 * variance and decide nothing here.
 */
public final class StudyDistinction {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "difference of mean ratings";

  private final String reference;

  private StudyDistinction(String reference) {
    this.reference = reference;
  }

  /**
   * Compares every condition with one.
   *
   * @param condition the one that is to be rated higher
   */
  public static StudyDistinction of(String condition) {
    return new StudyDistinction(condition);
  }

  /**
   * Measures the differences.
   *
   * @throws TouchstoneException if the study has no such condition
   */
  public Evidence evaluate(StudyAnswers answers, RunContext context) {
    List<String> conditions = answers.data().classNames();
    if (!conditions.contains(reference)) {
      throw new TouchstoneException(
          "the study has the conditions %s, and none is called \"%s\""
              .formatted(conditions, reference));
    }
    Map<String, Double> higher = answers.means(reference);
    int participants = answers.participants().size();
    int attentive = answers.attentive().size();
    Trace trace =
        Trace.start(context)
            .with("points", answers.points())
            .with("reference", reference)
            .with("participants", participants)
            .with("attentive", attentive);
    Evidence.Builder evidence =
        Evidence.of(
            WhatToMend.STUDY,
            "answers of %s (%d participants)".formatted(answers.data().name(), attentive));
    for (String condition : conditions) {
      if (!condition.equals(reference)) {
        evidence.measured(
            new Measurement(
                    QUANTITY,
                    "over " + condition,
                    difference(higher, answers.means(condition), answers, condition))
                .reading(
                    new Reading(
                        Reading.Unit.NUMBER,
                        "\"%s\" is rated %s points above \"%s\""
                            .formatted(reference, Reading.VALUE, condition))));
      }
    }
    figures(answers, evidence);
    if (attentive < participants) {
      evidence.note(
          "%d of %d participants rated an item twice too differently and are left out"
              .formatted(participants - attentive, participants));
    }
    return evidence.from(trace.end("answers of " + answers.data().name(), answers.data()));
  }

  private Estimate difference(
      Map<String, Double> higher,
      Map<String, Double> lower,
      StudyAnswers answers,
      String condition) {
    if (higher.isEmpty() || lower.isEmpty()) {
      return Undetermined.because(
          "nobody rated \"%s\"".formatted(higher.isEmpty() ? reference : condition), 0);
    }
    double widest = answers.points() - 1.0;
    TreeSet<String> both = new TreeSet<>(higher.keySet());
    both.retainAll(lower.keySet());
    if (both.size() == higher.size() && both.size() == lower.size()) {
      // Both maps are sorted by the same names.
      double[] differences = values(higher);
      double[] subtracted = values(lower);
      for (int i = 0; i < differences.length; i++) {
        differences[i] -= subtracted[i];
      }
      return BoundedMean.of(differences, -widest, widest).over("participants");
    }
    BoundedMean one = mean(higher, answers);
    BoundedMean other = mean(lower, answers);
    return both.isEmpty() ? IndependentDifference.of(one, other) : LimitDifference.of(one, other);
  }

  private static BoundedMean mean(Map<String, Double> ratings, StudyAnswers answers) {
    return BoundedMean.of(values(ratings), 1, answers.points()).over("participants");
  }

  private static double[] values(Map<String, Double> ratings) {
    return ratings.values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** What attentive participants gave a condition on average, each. */
  private record Rated(String condition, double[] means) {}

  private static void figures(StudyAnswers answers, Evidence.Builder evidence) {
    List<Rated> rated =
        answers.data().classNames().stream()
            .map(condition -> new Rated(condition, values(answers.means(condition))))
            .filter(condition -> condition.means().length > 0)
            .toList();
    evidence.figure(
        new BoxPlot(
            "ratings",
            "Ratings, one a participant and condition",
            "condition",
            new Axis("mean rating", ""),
            rated.stream().map(c -> BoxPlot.Box.of(c.condition(), c.means())).toList()));
    evidence.figure(conditions(rated, answers));
    List<double[]> groups = rated.stream().map(Rated::means).toList();
    boolean analysable =
        groups.size() > 1 && groups.stream().anyMatch(g -> Arrays.stream(g).distinct().count() > 1);
    if (!analysable) {
      evidence.note("too few ratings, or none that vary, for an analysis of variance");
      return;
    }
    OneWayAnova anova = OneWayAnova.of(groups);
    evidence.note(
        "one-way analysis of variance: F(%d, %d) = %s, p = %s; it and the pairs assume independent normal ratings of one variance and decide nothing here"
            .formatted(
                anova.between(),
                anova.within(),
                Numbers.format(anova.statistic()),
                Numbers.format(anova.pValue())));
    evidence.figure(pairs(rated, groups));
  }

  private static Table conditions(List<Rated> rated, StudyAnswers answers) {
    List<Table.Column> columns = new ArrayList<>();
    columns.add(new Table.Column("participants"));
    columns.add(new Table.Column("mean"));
    columns.add(new Table.Column("95 % from"));
    columns.add(new Table.Column("to"));
    for (int point = 1; point <= answers.points(); point++) {
      columns.add(new Table.Column("rated " + point));
    }
    List<Table.Row> rows = new ArrayList<>();
    for (Rated one : rated) {
      double[] values = one.means();
      List<Table.Cell> cells = new ArrayList<>();
      cells.add(Table.number(values.length));
      if (values.length > 1) {
        MeanEstimate mean = MeanEstimate.of(values);
        Interval interval = mean.interval(0.95);
        cells.add(Table.number(mean.value()));
        cells.add(Table.number(interval.lower()));
        cells.add(Table.number(interval.upper()));
      } else {
        cells.add(Table.number(values[0]));
        cells.add(Table.text(""));
        cells.add(Table.text(""));
      }
      for (int count : answers.counts(one.condition())) {
        cells.add(Table.number(count));
      }
      rows.add(new Table.Row(one.condition(), cells));
    }
    return new Table(
        "conditions",
        "Ratings by condition, with Student's interval of the participants' means",
        "condition",
        columns,
        rows);
  }

  private static Table pairs(List<Rated> rated, List<double[]> groups) {
    List<Table.Row> rows =
        TukeyKramer.of(groups, 0.95).stream()
            .map(
                pair ->
                    new Table.Row(
                        rated.get(pair.first()).condition()
                            + " − "
                            + rated.get(pair.second()).condition(),
                        List.of(
                            Table.number(pair.difference()),
                            Table.number(pair.interval().lower()),
                            Table.number(pair.interval().upper()),
                            Table.number(pair.pValue()))))
            .toList();
    return new Table(
        "pairs",
        "All pairs after Tukey and Kramer, 95 % together",
        "pair",
        List.of(
            new Table.Column("difference"),
            new Table.Column("from"),
            new Table.Column("to"),
            new Table.Column("p")),
        rows);
  }
}

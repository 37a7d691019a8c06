package dev.touchstone.check.explanation;

import dev.touchstone.check.evaluation.Answers;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.MajorityGuess;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.ColumnNames;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Columns;
import dev.touchstone.surrogate.Rule;
import dev.touchstone.surrogate.RuleSet;
import dev.touchstone.surrogate.Surrogate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Can what a model does be said in a few rules? A surrogate is fitted to the model's answers to its
 * own training examples; measured is the share of other examples that both answer alike, overall
 * and per group (the fidelity of Lakkaraju et al. 2019). No label is needed for it.
 *
 * <p>The interval is exact for independent examples (Clopper-Pearson), and one over clusters where
 * the data are {@linkplain Dataset#clusteredBy clustered}. The rules stand in the evidence, each
 * with how often it decides and how often it then is right about the model; the worst findings are
 * the examples that the model is surest of and the rules answer otherwise.
 */
public final class SurrogateFidelity {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "surrogate fidelity";

  private static final int MOST_CHARACTERS = Table.MOST_CHARACTERS - 1;

  private final Surrogate surrogate;

  private SurrogateFidelity(Surrogate surrogate) {
    this.surrogate = surrogate;
  }

  /** Measures the fidelity of a surrogate. */
  public static SurrogateFidelity of(Surrogate surrogate) {
    return new SurrogateFidelity(surrogate);
  }

  /** Returns the surrogate's budget, in words. */
  public String describe() {
    return surrogate.describe();
  }

  /**
   * Measures the fidelity on every slice.
   *
   * @throws TouchstoneException for data that are no table, half of the surrogate's own training
   *     examples or more, no examples, data of a single cluster, clusters of no stated size, too
   *     few training examples for the budget, or a model that predicts one class for all of these
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    Rates.refuseUnboundedClusters(data);
    requireOthers(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(Keys.of(surrogate)), model, data, context),
            () -> measure(model, data, context));
  }

  /** Refuses data of which the smaller half or more were fitted to: the same id, the same row. */
  private void requireOthers(Dataset data) {
    Dataset training = surrogate.training();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < training.size(); i++) {
      places.put(training.id(i), i);
    }
    long both =
        IntStream.range(0, data.size())
            .filter(i -> places.containsKey(data.id(i)))
            .filter(
                i ->
                    data.inputs(i)
                        .sha256()
                        .equals(training.inputs(places.getOrDefault(data.id(i), 0)).sha256()))
            .count();
    if (2 * both >= Math.min(data.size(), training.size())) {
      throw new TouchstoneException(
          "the surrogate was fitted on %d of the %d examples of %s, where it is as good as its budget lets it be, which says nothing of others; split the data, data.split(0.5, 1), fit on the first part and claim about the second"
              .formatted(both, data.size(), data.name()));
    }
  }

  private record Asked(Record surrogate) {}

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace = Trace.start(context).with("surrogate", surrogate.name());
    surrogate.settings().forEach(trace::with);
    trace.with("fitted on", surrogate.training().name());
    trace.with("fitted on, SHA-256", surrogate.training().sha256());
    RuleSet rules = fitted(model, data, context);
    Verified verified = Verified.shared(model, data, context);
    RuleSet.Said said = rules.of(Columns.of(data));
    Both both = new Both(data, verified.predictions(), said);
    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY,
            "%s and %s on %s (n = %d)"
                .formatted(model.name(), surrogate.describe(), data.name(), data.size()));
    for (Slice slice : data.slices()) {
      both.addTo(evidence, slice);
    }
    IntStream.range(0, data.size())
        .filter(both::disagree)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -verified.predictions().confidence(i))
                .thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS)
        .forEach(i -> evidence.worst(both.finding(i, rules)));
    evidence.figure(both.table(rules));
    if (said.uncovered() > 0 || !said.ambiguous().isEmpty()) {
      evidence.note(
          "no rule holds for %d of %d examples, and rules that hold contradict each other at %d"
              .formatted(said.uncovered(), data.size(), said.ambiguous().cardinality()));
    }
    new Answers(model, verified.predictions(), data).warn(evidence);
    Copies.say(evidence, data);
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  private RuleSet fitted(Classifier model, Dataset data, RunContext context) {
    Dataset training = surrogate.training();
    Columns table = Columns.of(training);
    List<String> asked = Columns.of(data.inputs(0, Math.min(1, data.size())), data.name()).names();
    if (!table.names().equals(asked)) {
      throw new TouchstoneException(
          "the surrogate is fitted on the columns %s, and %s has %s; give data of the same columns"
              .formatted(ColumnNames.some(table.names()), data.name(), ColumnNames.some(asked)));
    }
    Predictions answers = Verified.shared(model, training, context).predictions();
    int[] predicted = IntStream.range(0, answers.size()).map(answers::predicted).toArray();
    if (IntStream.of(predicted).distinct().limit(2).count() < 2) {
      throw new TouchstoneException(
          "%s predicts the same class for every example of %s; a constant stands in for it, so that fidelity shows nothing"
              .formatted(model.name(), training.name()));
    }
    return surrogate.fit(table, predicted, answers.classes());
  }

  /** What the model and the rules say of the same examples. */
  private record Both(Dataset data, Predictions model, RuleSet.Said rules) {

    void addTo(Evidence.Builder evidence, Slice slice) {
      int[] examples = slice.examples();
      evidence.measured(
          new Measurement(QUANTITY, slice.name(), Rates.of(data, slice, i -> !disagree(i)))
              .beside(guess(slice))
              .reading(
                  Reading.share(
                      Reading.VALUE
                          + " of "
                          + Readings.examples(slice.name())
                          + " are answered by the surrogate as the model answers them")));
      if (Rates.lack(data, examples).isPresent()) {
        return;
      }
      evidence.beside(
          new Measurement(
              "error rate",
              slice.name(),
              Rates.of(data, examples, i -> model.predicted(i) != data.label(i))));
      evidence.beside(
          new Measurement(
              "error rate of the surrogate",
              slice.name(),
              Rates.of(data, examples, i -> rules.answers()[i] != data.label(i))));
    }

    boolean disagree(int example) {
      return model.predicted(example) != rules.answers()[example];
    }

    private Guess guess(Slice slice) {
      MajorityGuess most = MajorityGuess.of(model.counts(), data.classNames());
      return most.rate(slice, i -> model.predicted(i) == most.label());
    }

    Finding finding(int example, RuleSet set) {
      int decides = rules.decidedBy()[example];
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put(
          "predicted",
          "%s (%s)"
              .formatted(
                  name(model.predicted(example)), Numbers.format(model.confidence(example))));
      facts.put("by the surrogate", name(rules.answers()[example]));
      facts.put("since", decides < 0 ? "no rule holds" : set.rules().get(decides).inWords());
      data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
      return new Finding(data.id(example), facts);
    }

    Table table(RuleSet set) {
      List<Table.Row> rows = new ArrayList<>();
      int shown = Math.min(set.rules().size(), Table.MOST_ROWS - 1);
      for (int r = 0; r < shown; r++) {
        Rule rule = set.rules().get(r);
        rows.add(row(rule.inWords(), r, rule.label()));
      }
      if (rules.uncovered() > 0) {
        rows.add(row("otherwise", -1, set.otherwise()));
      }
      return new Table(
          "rules",
          "The rules, and how they do on examples that they were not fitted to",
          "where",
          List.of(
              new Table.Column("answer"),
              new Table.Column("decides"),
              new Table.Column("answered as by the model")),
          rows);
    }

    private Table.Row row(String head, int rule, int label) {
      int[] decided =
          IntStream.range(0, data.size()).filter(i -> rules.decidedBy()[i] == rule).toArray();
      long alike = IntStream.of(decided).filter(i -> !disagree(i)).count();
      return new Table.Row(
          head.length() > MOST_CHARACTERS ? head.substring(0, MOST_CHARACTERS) + "…" : head,
          Table.text(name(label)),
          Table.number(decided.length),
          decided.length == 0 ? Table.text("") : Table.number((double) alike / decided.length));
    }

    private String name(int label) {
      return data.classNames().get(label);
    }
  }
}

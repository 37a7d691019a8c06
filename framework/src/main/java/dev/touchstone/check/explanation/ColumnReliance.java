package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.ColumnNames;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Do columns that a model is not to decide by take part in its decisions? Measured is the share of
 * an example's attribution that falls on them, {@code Σ |aⱼ| over the columns / Σ |aⱼ| over all},
 * as a mean over examples, overall and per group.
 *
 * <p>Each share lies between 0 and 1, so that the interval of their mean holds whatever their
 * distribution ({@link BoundedMean}); an example whose map is 0 everywhere has the share 0. A
 * column that was spread over several, such as {@code sex=Male}, is meant by its own name.
 */
public final class ColumnReliance {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "share of attribution";

  private static final int EXAMPLES = 1000;
  private static final int BACKGROUND = 200;
  private static final int MOST_ROWS = 30;

  private final List<String> columns;
  private final Explainer explainer;
  private final Target target;
  private final int examples;

  private ColumnReliance(List<String> columns, Explainer explainer, Target target, int examples) {
    this.columns = columns;
    this.explainer = explainer;
    this.target = target;
    this.examples = examples;
  }

  /**
   * Measures the reliance on columns by a method's maps of the predicted class's score, of up to
   * 1,000 examples.
   *
   * @param columns by their names in the data
   * @throws TouchstoneException if none are given
   */
  public static ColumnReliance on(List<String> columns, AttributionMethod method) {
    return by(new Given(method), columns);
  }

  /**
   * Measures the reliance of a model of trees on columns by exact Shapley values of the predicted
   * class's score, of up to 1,000 examples, against a background of up to 200 examples of the data,
   * drawn by the run's seed.
   *
   * @param columns by their names in the data
   * @throws TouchstoneException if none are given
   */
  public static ColumnReliance ofTreesOn(List<String> columns) {
    return by(new OfTrees(), columns);
  }

  private static ColumnReliance by(Explainer explainer, List<String> columns) {
    if (columns.isEmpty()) {
      throw new TouchstoneException(
          "no columns that the model is not to rely on; name at least one, List.of(\"sex\")");
    }
    return new ColumnReliance(
        List.copyOf(new LinkedHashSet<>(columns)), explainer, Target.predictedClass(), EXAMPLES);
  }

  /** Which method explains. */
  private interface Explainer {
    /** The method, of data that a background may be drawn from. */
    AttributionMethod of(Dataset data, RunContext context);

    String name();
  }

  private record Given(AttributionMethod method) implements Explainer {
    @Override
    public AttributionMethod of(Dataset data, RunContext context) {
      return method;
    }

    @Override
    public String name() {
      return method.name();
    }
  }

  private record OfTrees() implements Explainer {
    @Override
    public AttributionMethod of(Dataset data, RunContext context) {
      return TreeShap.against(
          Explanations.sample(data, BACKGROUND, "background of trees", context));
    }

    @Override
    public String name() {
      return TreeShap.class.getSimpleName();
    }
  }

  /** Explains something else than the score of the class that the model predicts. */
  public ColumnReliance explaining(Target explained) {
    return new ColumnReliance(columns, explainer, explained, examples);
  }

  /**
   * Takes another number of examples, drawn from the data by the run's seed; all of them if there
   * are fewer.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public ColumnReliance withExamples(int number) {
    if (number < Explanations.FEWEST_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least " + Explanations.FEWEST_EXAMPLES + " examples, was " + number);
    }
    return new ColumnReliance(columns, explainer, target, number);
  }

  /** Returns the columns and the method in words. */
  public String describe() {
    return "%s by %s".formatted(inWords(), Explanations.describe(explainer.name(), target));
  }

  private String inWords() {
    return String.join(" and ", columns);
  }

  /**
   * Measures the shares on every slice.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model lacks what the method
   *     needs
   * @throws TouchstoneException for data without named columns, a column that they lack, clustered
   *     data, or too few examples
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    Explanations.requireEnough(data);
    AttributionMethod method = explainer.of(data, context);
    method.require(model);
    List<String> names = data.inputs(0, 1).columns();
    columns.forEach(column -> requireColumn(column, names, data));
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(Keys.of(method), columns, target, examples), model, data, context),
            () -> measure(model, data, method, context));
  }

  private record Asked(Record method, List<String> columns, Target target, int examples) {}

  private static void requireColumn(String column, List<String> names, Dataset data) {
    if (names.isEmpty()) {
      throw new TouchstoneException(
          "%s has no names of features, so that \"%s\" is none of them; read it with .numeric(…) and .text(…), or give .featureNames(…)"
              .formatted(data.name(), column));
    }
    if (names.stream().noneMatch(name -> ColumnNames.isOf(name, column))) {
      throw new TouchstoneException(
          data.columns().contains(column)
              ? "%s gives models no column \"%s\", which it has to group by: no model decides by it, and others may stand in for it; compare its groups, data.groupedBy(\"%s\"), by assertGapBetweenGroups or assertErrorRateWithin"
                  .formatted(data.name(), column, column)
              : "%s gives models no column \"%s\"; they are %s"
                  .formatted(data.name(), column, ColumnNames.someNear(column, names)));
    }
  }

  private Evidence measure(
      Classifier model, Dataset data, AttributionMethod method, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("columns", columns)
            .with("method", method.name() + method.settings())
            .with("explained", target.describe())
            .with("scores", Explanations.kindOfScores(model, data))
            .with("examples", examples);
    Dataset sample = Explanations.sample(data, examples, "reliance on columns", context);
    Verified verified = Verified.shared(model, sample, context);
    Attribution explained =
        Explanations.explain(
            method.measuringItsError(),
            model,
            sample.inputs(0, sample.size()),
            target.of(verified.predictions(), sample),
            context);
    trace.with("rule", explained.rule());
    Shares shares = Shares.of(explained, columns);

    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY,
            "%s on %s (%d examples), columns %s"
                .formatted(model.name(), data.name(), sample.size(), inWords()));
    for (Slice slice : Explanations.slices(data, sample)) {
      evidence.measured(
          new Measurement(
                  QUANTITY,
                  slice.name(),
                  slice.examples().length == 0
                      ? Explanations.undrawn(sample)
                      : shares.mean(slice.examples()))
              .reading(
                  Reading.share(
                      "of what decides the answers for %s, by %s, %s is %s"
                          .formatted(
                              Readings.examples(slice.name()),
                              method.name(),
                              Reading.VALUE,
                              inWords()))));
    }
    IntStream.range(0, sample.size())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -shares.named()[i]).thenComparing(sample::id))
        .limit(Evidence.MOST_FINDINGS)
        .forEach(i -> evidence.worst(finding(i, sample, shares, explained)));
    evidence.figure(shares.table());
    if (shares.empty() > 0) {
      evidence.note(
          "%d of %d maps are 0 everywhere, and count as relying on nothing"
              .formatted(shares.empty(), sample.size()));
    }
    Explanations.addFidelity(evidence, explained, "model", sample);
    verified.addTo(evidence, trace, model, sample);
    return evidence.from(trace.end(model, data));
  }

  private Finding finding(int example, Dataset sample, Shares shares, Attribution explained) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(QUANTITY, Numbers.format(shares.named()[example]));
    List<String> names = explained.columns();
    for (int c = 0; c < names.size(); c++) {
      String name = names.get(c);
      if (columns.stream().anyMatch(column -> ColumnNames.isOf(name, column))) {
        facts.put(name, Numbers.format(explained.maps()[example][c]));
      }
    }
    sample.grouping().forEach(column -> facts.put(column, sample.value(column, example)));
    return new Finding(sample.id(example), facts);
  }

  /**
   * How attribution is spread over columns.
   *
   * @param names of the columns
   * @param means the mean share of each column
   * @param named each example's share of the columns that were asked about
   * @param empty how many maps are 0 everywhere
   */
  private record Shares(List<String> names, double[] means, double[] named, int empty) {

    static Shares of(Attribution explained, List<String> columns) {
      List<String> names = explained.columns();
      boolean[] asked = new boolean[names.size()];
      for (int c = 0; c < asked.length; c++) {
        String name = names.get(c);
        asked[c] = columns.stream().anyMatch(column -> ColumnNames.isOf(name, column));
      }
      double[][] maps = explained.maps();
      double[] means = new double[asked.length];
      double[] named = new double[maps.length];
      int empty = 0;
      for (int i = 0; i < maps.length; i++) {
        double total = Arrays.stream(maps[i]).map(Math::abs).sum();
        if (total == 0) {
          empty++;
          continue;
        }
        for (int c = 0; c < asked.length; c++) {
          double share = Math.abs(maps[i][c]) / total;
          means[c] += share / maps.length;
          named[i] += asked[c] ? share : 0;
        }
        named[i] = Math.min(1, named[i]);
      }
      return new Shares(names, means, named, empty);
    }

    Estimate mean(int... examples) {
      return BoundedMean.of(Arrays.stream(examples).mapToDouble(i -> named[i]).toArray(), 0, 1);
    }

    Table table() {
      List<Table.Row> rows =
          IntStream.range(0, means.length)
              .boxed()
              .sorted(Comparator.comparingDouble(c -> -means[c]))
              .limit(MOST_ROWS)
              .map(c -> new Table.Row(names.get(c), Table.number(means[c])))
              .toList();
      return new Table(
          "columns",
          "What the answers are decided by, as shares of the attribution",
          "column",
          List.of(new Table.Column("share")),
          rows);
    }
  }
}

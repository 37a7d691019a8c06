package dev.touchstone.check.shift;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Thumbnails;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Leakage;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.MultipleTesting;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.TwoSampleDistance;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;

/**
 * Are data still what they were? Two questions, each with limits that hold:
 *
 * <ul>
 *   <li>Can a classifier tell current examples from reference ones (the classifier two-sample test
 *       of Lopez-Paz and Oquab 2017)? As many of either are drawn, the classifier is trained on one
 *       half and its accuracy is judged on the other; where nothing has changed it is .5. It sees
 *       what columns do together, as far as it can learn it: another classifier may tell more.
 *   <li>How far apart are a column's distributions in both, by the distance of Kolmogorov and
 *       Smirnov? For tables, every column and the share of every class.
 * </ul>
 *
 * <p>What a claim tolerates is a size, and not a p-value: of enough examples every change is
 * significant. Which columns changed at all, at a false-discovery rate of 5 %, stands beside it, by
 * the test of Kolmogorov and Smirnov and the p-values of Benjamini and Yekutieli (2001).
 */
public final class DataShift {
  /** The share of examples that the classifier tells where they are from. */
  public static final String APART = "told apart";

  /** By how much the share of examples up to a value differs, at the value where most. */
  public static final String DISTANCE = "distance of distributions";

  private static final int FEWEST = 40;
  private static final double FALSE_DISCOVERY_RATE = 0.05;

  private final Trainer trainer;

  private DataShift(Trainer trainer) {
    this.trainer = trainer;
  }

  /**
   * Tells data apart by a {@linkplain LogisticRegressionTrainer logistic regression}: it sees that
   * means have moved.
   */
  public static DataShift withDefaults() {
    return by(LogisticRegressionTrainer.withDefaults());
  }

  /**
   * Tells data apart by what a trainer makes of one half of both, such as boosted trees.
   *
   * @throws TouchstoneException if it does not train
   */
  public static DataShift by(Trainer trainer) {
    if (!trainer.retrains()) {
      throw new TouchstoneException(
          "%s does not train, and a classifier has to learn to tell the data apart; give a Trainer"
              .formatted(trainer.name()));
    }
    return new DataShift(trainer);
  }

  /** Returns what tells the data apart, in words. */
  public String describe() {
    return trainer.name();
  }

  private record Asked(Keys.OfData reference) {}

  private record Subject(Trainer trainer) {}

  /**
   * Compares two data sets.
   *
   * @param reference such as the data that a model was tested on
   * @param current such as last month's
   * @throws TouchstoneException if they have other features, lack values that the trainer has no
   *     use for, share examples, are clustered or grouped, or there are fewer than {@value #FEWEST}
   *     of either
   */
  public Evidence evaluate(Dataset reference, Dataset current, RunContext context) {
    Trace.facts(trainer); // refuses what it cannot name, before anything is trained
    requireSameColumns(reference, current);
    for (Dataset data : List.of(reference, current)) {
      requireWhole(data);
    }
    if (trainer instanceof LogisticRegressionTrainer) {
      requireNothingMissing(reference);
      requireNothingMissing(current);
    }
    Leakage.refuse("reference data", reference, "current data", current);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(Keys.of(reference)), new Subject(trainer), current, context),
            () -> measure(reference, current, context));
  }

  private static void requireSameColumns(Dataset reference, Dataset current) {
    if (!Arrays.equals(reference.shape(), current.shape())
        || !reference.featureNames().equals(current.featureNames())) {
      throw new TouchstoneException(
          "%s has features of shape %s %s, and %s of %s %s; read both by one schema"
              .formatted(
                  reference.name(),
                  Arrays.toString(reference.shape()),
                  reference.featureNames(),
                  current.name(),
                  Arrays.toString(current.shape()),
                  current.featureNames()));
    }
  }

  /** Said here in the claim's own words, before anything is trained. */
  private static void requireNothingMissing(Dataset data) {
    float[] row = new float[data.features().rowSize()];
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, row, 0);
      for (float value : row) {
        if (Float.isNaN(value)) {
          throw new TouchstoneException(
              "example %s of %s lacks a value, and a logistic regression cannot tell such examples apart; write assertNoShift(reference, current, DataShift.by(XgboostTrainer.withDefaults()), …), which takes them"
                  .formatted(data.id(i), data.name()));
        }
      }
    }
  }

  private static void requireWhole(Dataset data) {
    TrainingWeights.refuse(data);
    if (data.size() < FEWEST) {
      throw new TouchstoneException(
          "%s has %d examples; a shift is judged on at least %d of either, a half of which is learnt from"
              .formatted(data.name(), data.size(), FEWEST));
    }
    if (!data.inputNames().isEmpty()) {
      throw new TouchstoneException(
          "%s has inputs besides its features, %s, which are not compared; give what a network makes of them as features"
              .formatted(data.name(), data.inputNames()));
    }
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  "%s is clustered by %s, and the limits of a shift are those for independent examples; claim it of data.onePerCluster(seed)"
                      .formatted(data.name(), column));
            });
    if (!data.grouping().isEmpty()) {
      throw new TouchstoneException(
          "%s is grouped by %s, and a shift is one of all examples; compare a group by data.where(column, value)"
              .formatted(data.name(), data.grouping()));
    }
  }

  /** As many of either, in a random order: the first half is learnt from, the second judged. */
  private record Drawn(int[] examples, int half) {
    static Drawn of(Dataset data, int most, RunContext context) {
      int[] order = PermutationSampler.natural(data.size());
      PermutationSampler.shuffle(context.random().of("shift halves", data.sha256()), order);
      return new Drawn(Arrays.copyOf(order, most), most / 2);
    }

    int[] learnt() {
      return Arrays.copyOf(examples, half);
    }

    int[] judged() {
      return Arrays.copyOfRange(examples, half, examples.length);
    }
  }

  private Evidence measure(Dataset reference, Dataset current, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("reference data", reference.name())
            .with("reference data sha256", reference.sha256())
            .with("classifier", trainer.name());
    Evidence.Builder evidence =
        Evidence.of(
            "shift between two data sets",
            "%s (n = %d) against %s (n = %d)"
                .formatted(current.name(), current.size(), reference.name(), reference.size()));
    tellApart(reference, current, evidence, context);
    if (reference.shape().length == 1) {
      compareColumns(reference, current, evidence);
    } else {
      evidence.note("pixels have no meaning of their own, and were not compared one by one");
    }
    return evidence.from(trace.end(trainer, current));
  }

  private void tellApart(
      Dataset reference, Dataset current, Evidence.Builder evidence, RunContext context) {
    int most = Math.min(reference.size(), current.size());
    Drawn old = Drawn.of(reference, most, context);
    Drawn fresh = Drawn.of(current, most, context);
    Dataset learnt = joined(reference, old.learnt(), current, fresh.learnt(), "learnt from");
    Dataset judged = joined(reference, old.judged(), current, fresh.judged(), "judged");
    double[] looksCurrent = new double[judged.size()];
    int right = 0;
    TrainedModel trained = trainer.train(TrainingTask.of(learnt, "shift", context));
    try {
      Predictions predictions =
          CheckedAnswers.of(trained.model(), judged, context.settings().memoryBytes());
      for (int i = 0; i < looksCurrent.length; i++) {
        looksCurrent[i] = predictions.probability(i, 1);
        right += predictions.predicted(i) == judged.label(i) ? 1 : 0;
      }
    } finally {
      trained.release();
    }
    boolean[] isCurrent = new boolean[judged.size()];
    for (int i = 0; i < isCurrent.length; i++) {
      isCurrent[i] = judged.label(i) == 1;
    }
    evidence.measured(
        new Measurement(APART, Dataset.Slice.OVERALL, Proportion.of(right, judged.size()))
            .reading(
                Reading.share(
                    "of %s of examples it can be told which of both data sets they are from (50 %% by a guess)"
                        .formatted(Reading.VALUE))));
    evidence.beside(
        new Measurement(
            "AUROC of the classifier", Dataset.Slice.OVERALL, Auroc.of(looksCurrent, isCurrent)));
    evidence.figure(mostForeign(judged, looksCurrent, isCurrent));
    evidence.note(
        "%s learnt from %d examples of either and was judged on %d; another classifier may tell more apart"
            .formatted(trainer.name(), old.half(), most - old.half()));
  }

  private static Dataset joined(
      Dataset reference, int[] some, Dataset current, int[] others, String what) {
    int width = reference.features().rowSize();
    float[] all = new float[(some.length + others.length) * width];
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < some.length; i++) {
      reference.features().read(some[i], all, i * width);
      ids.add("reference " + reference.id(some[i]));
    }
    for (int i = 0; i < others.length; i++) {
      current.features().read(others[i], all, (some.length + i) * width);
      ids.add("current " + current.id(others[i]));
    }
    int[] labels = new int[ids.size()];
    Arrays.fill(labels, some.length, labels.length, 1);
    return Dataset.named("%s and %s, %s".formatted(reference.name(), current.name(), what))
        .features(FeatureStore.inMemory(all, reference.shape()))
        .featureNames(reference.featureNames())
        .labels(labels)
        .classNames(List.of("reference", "current"))
        .ids(ids)
        .allowingMissing()
        .build();
  }

  private static Ranking mostForeign(Dataset judged, double[] looksCurrent, boolean[] isCurrent) {
    List<Ranking.Item> items =
        IntStream.range(0, looksCurrent.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -looksCurrent[i]))
            .limit(Thumbnails.MOST)
            .map(
                i -> {
                  Optional<Thumbnail> picture = Thumbnails.of(judged, i);
                  return new Ranking.Item(judged.id(i), looksCurrent[i], isCurrent[i], picture);
                })
            .toList();
    return new Ranking(
        "most-foreign",
        "The examples that look least like the reference data; marked are current ones",
        items);
  }

  /** One column in both data sets. */
  private record Column(String name, String moved, double[] reference, double[] current) {

    /** What differs where the distributions of its values do. */
    static Column ofValues(String name, double[] reference, double[] current) {
      return new Column(
          name,
          "the share of examples with at most some value of %s".formatted(Readings.named(name)),
          reference,
          current);
    }

    /** A class, a column of zeros and ones. */
    static Column ofClass(String name, double[] reference, double[] current) {
      return new Column(
          "class " + name,
          "the share of examples of class %s".formatted(Readings.named(name)),
          reference,
          current);
    }

    TwoSampleDistance distance() {
      return TwoSampleDistance.of(reference, current);
    }

    /** Of H₀ "both are of one distribution"; conservative where values are tied. */
    double pValue() {
      return KolmogorovSmirnovTest.withDefaults().test(reference, current).getPValue();
    }

    static double share(double[] values, double upTo) {
      return (double) Arrays.stream(values).filter(v -> v <= upTo).count() / values.length;
    }
  }

  private static void compareColumns(
      Dataset reference, Dataset current, Evidence.Builder evidence) {
    List<Column> columns =
        Stream.concat(features(reference, current).stream(), classes(reference, current).stream())
            .toList();
    double[] adjusted =
        MultipleTesting.benjaminiYekutieli(columns.stream().mapToDouble(Column::pValue).toArray());
    List<TwoSampleDistance> distances = columns.stream().map(Column::distance).toList();
    for (int c = 0; c < adjusted.length; c++) {
      evidence.measured(
          new Measurement(DISTANCE, columns.get(c).name(), distances.get(c))
              .reading(
                  Reading.points(
                      "%s differs by up to %s".formatted(columns.get(c).moved(), Reading.VALUE))));
    }
    int[] order =
        IntStream.range(0, adjusted.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -distances.get(c).value()))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int c : Arrays.copyOf(order, Math.min(Evidence.MOST_FINDINGS, order.length))) {
      evidence.worst(finding(columns.get(c), distances.get(c), adjusted[c]));
    }
    evidence.figure(table(columns, distances, adjusted, order));
    long changed = Arrays.stream(adjusted).filter(q -> q <= FALSE_DISCOVERY_RATE).count();
    evidence.note(
        "at a false-discovery rate of 5 %% (Benjamini and Yekutieli), %d of %d columns changed at all"
            .formatted(changed, adjusted.length));
  }

  private static List<Column> features(Dataset reference, Dataset current) {
    int width = reference.features().rowSize();
    double[][] old = columns(reference);
    double[][] fresh = columns(current);
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      String name =
          reference.featureNames().isEmpty() ? "feature " + c : reference.featureNames().get(c);
      columns.add(Column.ofValues(name, old[c], fresh[c]));
    }
    return columns;
  }

  /** A missing value stands above all others, so that more of them are a change, too. */
  private static double[][] columns(Dataset data) {
    float[] row = new float[data.features().rowSize()];
    double[][] columns = new double[row.length][data.size()];
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, row, 0);
      for (int c = 0; c < row.length; c++) {
        columns[c][i] = Float.isNaN(row[c]) ? Double.POSITIVE_INFINITY : row[c];
      }
    }
    return columns;
  }

  /** Whether an example is of a class, as a column of zeros and ones. */
  private static List<Column> classes(Dataset reference, Dataset current) {
    if (reference.hasValues() || current.hasValues()) {
      return reference.hasValues() && current.hasValues()
          ? List.of(Column.ofValues("value to predict", reference.targets(), current.targets()))
          : List.of();
    }
    if (!reference.classNames().equals(current.classNames())) {
      return List.of();
    }
    List<Column> columns = new ArrayList<>();
    // Of two classes the shares of one say those of the other.
    int first = reference.classNames().size() == 2 ? 1 : 0;
    for (int k = first; k < reference.classNames().size(); k++) {
      columns.add(
          Column.ofClass(
              reference.classNames().get(k), isClass(reference, k), isClass(current, k)));
    }
    return columns;
  }

  private static double[] isClass(Dataset data, int k) {
    return IntStream.range(0, data.size()).mapToDouble(i -> data.label(i) == k ? 1 : 0).toArray();
  }

  private static Finding finding(Column column, TwoSampleDistance distance, double adjusted) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("distance", Numbers.format(distance.value()));
    facts.put("up to", Numbers.format(distance.at()));
    facts.put("reference", share(column.reference(), distance.at()));
    facts.put("current", share(column.current(), distance.at()));
    facts.put("p", Numbers.format(adjusted) + " adjusted");
    return new Finding(column.name(), facts);
  }

  private static String share(double[] values, double upTo) {
    return "%.1f %%".formatted(100 * Column.share(values, upTo));
  }

  private static Table table(
      List<Column> columns, List<TwoSampleDistance> distances, double[] adjusted, int... order) {
    List<Table.Row> rows = new ArrayList<>();
    for (int c : Arrays.copyOf(order, Math.min(Table.MOST_ROWS, order.length))) {
      TwoSampleDistance distance = distances.get(c);
      rows.add(
          new Table.Row(
              columns.get(c).name(),
              List.of(
                  Table.number(distance.value()),
                  Table.text(Numbers.format(distance.at())),
                  Table.number(Column.share(columns.get(c).reference(), distance.at())),
                  Table.number(Column.share(columns.get(c).current(), distance.at())),
                  Table.text(Numbers.format(adjusted[c])))));
    }
    return new Table(
        "columns",
        "Columns, by how far apart their distributions are",
        "column",
        List.of(
            new Table.Column("distance").withDecimals(4),
            new Table.Column("where most"),
            new Table.Column("reference up to there").withDecimals(4),
            new Table.Column("current up to there").withDecimals(4),
            new Table.Column("adjusted p")),
        rows);
  }
}

package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Metric} keeps of a model's predictions, example by example, and which examples
 * depend on each other. Immutable.
 */
public final class Outcomes {
  private final double[][] rows;
  private final int @Nullable [] clusters;

  /** How many examples a cluster can have; empty for independent examples, or if not declared. */
  private final OptionalInt largestCluster;

  private final RandomStreams random;

  /** What the numbers are of: the model, the data, a slice. */
  private final List<String> source;

  private Outcomes(
      double[][] rows,
      int @Nullable [] clusters,
      OptionalInt largestCluster,
      RandomStreams random,
      List<String> source) {
    this.rows = rows;
    this.clusters = clusters;
    this.largestCluster = largestCluster;
    this.random = random;
    this.source = source;
  }

  /**
   * Returns the outcomes of predictions.
   *
   * @param model what identifies the model, such as its SHA-256
   */
  public static Outcomes of(
      ClassificationMetric metric,
      Predictions predictions,
      String model,
      Dataset data,
      RunContext context) {
    double[][] rows = new double[data.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = metric.outcome(predictions, i, data.label(i));
    }
    return given(rows, model, data, context);
  }

  /**
   * Returns the outcomes of predicted values.
   *
   * @param predicted one per example, in the data's order
   * @param model what identifies the model, such as its SHA-256
   */
  public static Outcomes of(
      RegressionMetric metric, Values predicted, String model, Dataset data, RunContext context) {
    double[][] rows = new double[data.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = metric.outcome(predicted, i, data.target(i));
    }
    return given(rows, model, data, context);
  }

  /**
   * Returns outcomes that are known without predicting, such as recorded ones.
   *
   * @param rows one per example of the data, in its order; shared, not copied
   * @param model what identifies the model, such as its SHA-256
   * @throws IllegalArgumentException for another number of rows, rows of different lengths, or a
   *     number that is not finite
   */
  public static Outcomes given(double[][] rows, String model, Dataset data, RunContext context) {
    if (rows.length != data.size()) {
      throw new IllegalArgumentException(
          rows.length + " outcomes for " + data.size() + " examples");
    }
    for (double[] row : rows) {
      if (row.length != rows[0].length || !Arrays.stream(row).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "every outcome needs as many finite numbers, and one was " + Arrays.toString(row));
      }
    }
    return new Outcomes(
        rows,
        clusters(data),
        data.largestCluster(),
        context.random(),
        List.of(model, data.sha256()));
  }

  private static int @Nullable [] clusters(Dataset data) {
    if (data.clustering().isEmpty()) {
      return null;
    }
    String column = data.clustering().get();
    Map<String, Integer> numbers = new HashMap<>();
    int[] clusters = new int[data.size()];
    for (int i = 0; i < clusters.length; i++) {
      String value = data.value(column, i);
      numbers.putIfAbsent(value, numbers.size());
      clusters[i] = numbers.get(value);
    }
    return clusters;
  }

  /** Outcomes that no model had, to see what would follow from them. */
  static Outcomes imagined(double[][] rows, ExamplesAlike examples) {
    return new Outcomes(
        rows,
        examples.clusters().orElse(null),
        examples.largestCluster(),
        new RandomStreams(0),
        List.of("imagined"));
  }

  /** Returns the outcomes of a slice's examples. */
  public Outcomes in(Slice slice) {
    List<String> named = new ArrayList<>(source);
    named.add(slice.name());
    return select(slice.examples(), named);
  }

  /** Returns the outcomes that satisfy a condition on their position. */
  public Outcomes where(IntPredicate condition) {
    return select(IntStream.range(0, rows.length).filter(condition).toArray(), source);
  }

  private Outcomes select(int[] examples, List<String> named) {
    int[] all = clusters;
    return new Outcomes(
        Arrays.stream(examples).mapToObj(i -> rows[i]).toArray(double[][]::new),
        all == null ? null : Arrays.stream(examples).map(i -> all[i]).toArray(),
        largestCluster,
        random,
        named);
  }

  /** Returns the number of examples. */
  public int size() {
    return rows.length;
  }

  /** Returns one of the numbers that an example's outcome holds. */
  public double get(int example, int number) {
    return rows[example][number];
  }

  /** Returns a copy of an example's outcome. */
  public double[] row(int example) {
    return rows[example].clone();
  }

  /** Returns the clusters' numbers, one per example; empty for independent examples. */
  public Optional<int[]> clusters() {
    return Optional.ofNullable(clusters).map(int[]::clone);
  }

  /** Returns random numbers of the run's seed that are these outcomes' own. */
  public UniformRandomProvider random(Object... purpose) {
    List<Object> name = new ArrayList<>(List.of(purpose));
    name.addAll(source);
    return random.of(name.toArray());
  }

  /**
   * Returns the share of examples that satisfy a condition on their position, with an exact
   * interval, or one over clusters.
   */
  public Estimate rate(IntPredicate counts) {
    if (rows.length == 0) {
      return nothingToMeasure();
    }
    if (clusters == null) {
      return Proportion.of(
          (int) IntStream.range(0, rows.length).filter(counts).count(), rows.length);
    }
    int number = Arrays.stream(clusters).max().orElse(-1) + 1;
    int[] events = new int[number];
    int[] sizes = new int[number];
    for (int i = 0; i < rows.length; i++) {
      events[clusters[i]] += counts.test(i) ? 1 : 0;
      sizes[clusters[i]]++;
    }
    int[] present = IntStream.range(0, number).filter(g -> sizes[g] > 0).toArray();
    return ClusteredProportion.of(
        Arrays.stream(present).map(g -> events[g]).toArray(),
        Arrays.stream(present).map(g -> sizes[g]).toArray(),
        mostInACluster());
  }

  private int mostInACluster() {
    return largestCluster.orElseThrow(
        () ->
            new TouchstoneException(
                "the outcomes are clustered, and how large a cluster can be is not said; add"
                    + " .withClustersOfAtMost(n) to the data"));
  }

  /**
   * Returns the mean of the outcomes' first numbers.
   *
   * @param least the smallest number that can occur
   * @param most the largest number that can occur
   */
  public Estimate mean(double least, double most) {
    return mean(Arrays.stream(rows).mapToDouble(row -> row[0]).toArray(), least, most);
  }

  /**
   * Returns the mean of the differences of the first numbers to those of another model on the same
   * examples; at 0 its p-values are those of the exact test of McNemar if the numbers are 0 and 1.
   *
   * @param least the smallest number that can occur in either
   * @param most the largest number that can occur in either
   */
  public Estimate meanIncrease(Outcomes approved, double least, double most) {
    if (approved.size() != size()) {
      throw new IllegalArgumentException(
          "outcomes of " + size() + " examples and of " + approved.size() + " make no pairs");
    }
    double[] differences = new double[rows.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = rows[i][0] - approved.rows[i][0];
    }
    return mean(differences, least - most, most - least);
  }

  private static Estimate nothingToMeasure() {
    return Undetermined.because("there is no example that it could be measured on", 0);
  }

  private Estimate mean(double[] values, double least, double most) {
    if (values.length == 0) {
      return nothingToMeasure();
    }
    return clusters == null
        ? BoundedMean.of(values, least, most)
        : BoundedMean.ofClustered(values, clusters, mostInACluster(), least, most);
  }
}

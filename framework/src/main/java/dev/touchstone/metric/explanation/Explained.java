package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.RowQueue;
import dev.touchstone.attribution.gradient.GradientFunction;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apiguardian.api.API;

/**
 * Examples that were explained, and what a metric may ask of the model and the method besides:
 * about rows of its own that it made of them.
 *
 * <p>A <em>place</em> is what an explanation speaks of as one thing: a pixel of an image with all
 * its channels, a column of a table.
 */
public final class Explained {
  private final AttributionMethod method;
  private final Classifier model;
  private final Dataset examples;
  private final Quantity quantity;
  private final Attribution attribution;
  private final RunContext context;
  private final Inputs inputs;

  private Explained(
      AttributionMethod method,
      Classifier model,
      Dataset examples,
      Quantity quantity,
      Attribution attribution,
      RunContext context) {
    this.method = method;
    this.model = model;
    this.examples = examples;
    this.quantity = quantity;
    this.attribution = attribution;
    this.context = context;
    this.inputs = examples.inputs(0, examples.size());
  }

  /**
   * Binds maps to what they explain.
   *
   * @param examples those that were explained, in their order
   * @param quantity what was explained of each
   * @param attribution a map for each
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public static Explained of(
      AttributionMethod method,
      Classifier model,
      Dataset examples,
      Quantity quantity,
      Attribution attribution,
      RunContext context) {
    return new Explained(method, model, examples, quantity, attribution, context);
  }

  /** Returns what explained them. */
  public AttributionMethod method() {
    return method;
  }

  /** Returns the examples, in the order of the maps. */
  public Dataset examples() {
    return examples;
  }

  /** Returns the number of examples. */
  public int size() {
    return inputs.rows();
  }

  /**
   * Returns an example's features, row-major; a copy.
   *
   * @throws TouchstoneException if the examples have inputs of other types besides
   */
  public float[] row(int example) {
    return features().row(example);
  }

  private Tensor features() {
    if (!inputs.names().isEmpty()) {
      throw new TouchstoneException(
          "a metric that changes examples changes features, numbers in single precision, and %s has the inputs %s besides; measure OwnFigure, which changes nothing, or claim assertNoReliance of columns of any type"
              .formatted(examples.name(), inputs.names()));
    }
    return inputs.features();
  }

  /** Returns the maps with what the method says of them. */
  public Attribution attribution() {
    return attribution;
  }

  /** Returns an example's map, one number per feature; not a copy. */
  public double[] map(int example) {
    return attribution.maps()[example];
  }

  /** Returns whether the signs of the maps mean something. */
  public boolean signed() {
    return method.signed();
  }

  /** Returns the run's memory budget, random streams and progress. */
  public RunContext context() {
    return context;
  }

  /** Returns how many channels a place has: those of an image, else one. */
  public int channels() {
    int[] shape = examples.shape();
    return shape.length == 3 ? shape[0] : 1;
  }

  /** Returns how many places an example has. */
  public int places() {
    return map(0).length / channels();
  }

  /**
   * Returns how much is attributed to each place: the sum over its channels, of magnitudes where
   * signs mean nothing.
   */
  public double[] perPlace(int example) {
    return perPlace(map(example));
  }

  /** Returns the same of any map of an example's size. */
  public double[] perPlace(double[] map) {
    double[] sums = new double[places()];
    for (int i = 0; i < map.length; i++) {
      sums[i % sums.length] += signed() ? map[i] : Math.abs(map[i]);
    }
    return sums;
  }

  /** Returns the features that make up a place. */
  public int[] featuresOf(int place) {
    return IntStream.range(0, channels()).map(channel -> channel * places() + place).toArray();
  }

  /** Returns a stream of random numbers for a purpose, on one example of this model. */
  public UniformRandomProvider random(String purpose, int example) {
    return context.random().of(purpose, model.sha256(), examples.id(example));
  }

  /** Returns a queue of rows whose quantity is asked for: what was explained, of other rows. */
  public RowQueue<DoubleConsumer> values() {
    return queue(
        (rows, madeOf) -> {
          Quantity asked = quantity.ofRows(madeOf);
          double[][] scores = CheckedAnswers.scores(model, rows).rows();
          return IntStream.range(0, scores.length)
              .mapToDouble(i -> asked.value(scores[i], i))
              .toArray();
        });
  }

  /**
   * Returns a queue of rows of which the probability of the class that was explained is asked for.
   *
   * @throws TouchstoneException where no class's score was explained
   */
  public RowQueue<DoubleConsumer> probabilities() {
    int[] classes = classes();
    return queue(
        (rows, madeOf) -> {
          Scored scored = CheckedAnswers.scores(model, rows);
          return IntStream.range(0, madeOf.length)
              .mapToDouble(i -> probability(scored.rows()[i], scored.kind(), classes[madeOf[i]]))
              .toArray();
        });
  }

  /**
   * Returns the probability of the class that was explained, of one other row of each example.
   *
   * @param rows as many as there are examples
   * @throws TouchstoneException where no class's score was explained
   */
  public double[] probabilitiesOf(float[]... rows) {
    double[] probabilities = new double[rows.length];
    RowQueue<DoubleConsumer> queue = probabilities();
    for (int i = 0; i < rows.length; i++) {
      int example = i;
      queue.add(rows[i], i, value -> probabilities[example] = value);
    }
    queue.flush();
    return probabilities;
  }

  /**
   * Returns the derivatives of what was explained, at one other row of each example.
   *
   * @param rows as many as there are examples
   * @throws dev.touchstone.model.MissingCapabilityException for a model without input gradients
   */
  public double[][] gradients(float[]... rows) {
    InputGradients source =
        model.require(
            InputGradients.class,
            "what differentiates a model",
            "give the model as ONNX with operators that the white box knows");
    return GradientFunction.of(source, context).atEach(tensor(rows), quantity);
  }

  /**
   * Explains one other row of each example by the same method.
   *
   * @param rows as many as there are examples
   */
  public double[][] mapsOf(float[]... rows) {
    return maps(tensor(rows), IntStream.range(0, rows.length).toArray());
  }

  private Tensor tensor(float[]... rows) {
    int size = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, size)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * size, size);
    }
    int[] shape = inputs.batchShape();
    shape[0] = rows.length;
    return Tensor.of(values, shape);
  }

  private RowQueue<DoubleConsumer> queue(RowQueue.Numbers source) {
    int atOnce =
        model
            .capability(Scores.class)
            .map(scores -> scores.batchSize(context.settings().memoryBytes()))
            .orElseGet(() -> model.batchSize(context.settings().memoryBytes()));
    return RowQueue.ofNumbers(source, atOnce, inputs.batchShape());
  }

  /**
   * Explains other rows by the same method, each for what its example was explained for.
   *
   * @param rows made of the examples
   * @param madeOf the example of each
   */
  public double[][] maps(Tensor rows, int... madeOf) {
    double[][] maps = method.attribute(model, rows, quantity.ofRows(madeOf), context).maps();
    if (maps.length != rows.rows()) {
      throw new TouchstoneException(
          "%s made %d maps of %d examples".formatted(method.name(), maps.length, rows.rows()));
    }
    return maps;
  }

  /**
   * Returns the class whose score was explained of each example.
   *
   * @throws TouchstoneException where it was another quantity
   */
  public int[] classes() {
    double[][] scores = CheckedAnswers.scores(model, inputs).rows();
    return IntStream.range(0, size())
        .map(i -> explainedClass(quantity.gradient(scores[i], i)))
        .toArray();
  }

  private int explainedClass(double[] weights) {
    if (weights.length == 1 && Math.abs(weights[0]) == 1) {
      return weights[0] > 0 ? 1 : 0;
    }
    int[] weighted = IntStream.range(0, weights.length).filter(i -> weights[i] != 0).toArray();
    if (weights.length > 1 && weighted.length == 1 && weights[weighted[0]] == 1) {
      return weighted[0];
    }
    throw new TouchstoneException(
        "what is measured is the probability of a class, and %s is explained; explain Target.predictedClass(), .trueLabel() or .ofClass(c), or measure FaithfulnessCorrelation or Infidelity, which take any quantity"
            .formatted(quantity.describe()));
  }

  /** The probability of a class, by what the scores are. */
  private static double probability(double[] scores, ScoreKind kind, int label) {
    if (scores.length == 1) {
      double positive =
          switch (kind) {
            case PROBABILITIES -> scores[0];
            case LOG_PROBABILITIES -> Math.exp(scores[0]);
            case MARGIN, LOGITS, OUTPUTS -> 1 / (1 + Math.exp(-scores[0]));
          };
      return label == 1 ? positive : 1 - positive;
    }
    if (kind == ScoreKind.PROBABILITIES) {
      return scores[label];
    }
    double most = Arrays.stream(scores).max().orElseThrow();
    double sum = Arrays.stream(scores).map(score -> Math.exp(score - most)).sum();
    return Math.exp(scores[label] - most) / sum;
  }

  @Override
  public String toString() {
    return "%s of %s on %d examples of %s"
        .formatted(quantity.describe(), model.name(), size(), examples.name());
  }
}

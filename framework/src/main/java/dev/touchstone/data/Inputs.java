package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A batch of examples as models take them: features in single precision, in double precision where
 * the data have them so, features by their names, and inputs of other types besides. Models take
 * what they declare.
 */
public final class Inputs {
  /** Numbers that are read faster by one thread than by several. */
  private static final long WORTH_A_THREAD = 1 << 17;

  private final FeatureStore features;
  private final List<String> featureNames;
  private final NamedInputs named;
  private final int[] examples;
  private @Nullable Tensor singles;

  Inputs(FeatureStore features, List<String> featureNames, NamedInputs named, int[] examples) {
    this.features = features;
    this.featureNames = featureNames;
    this.named = named;
    this.examples = examples;
  }

  /** Returns a batch of features alone, without names. */
  public static Inputs of(Tensor features) {
    return of(features, List.of(), NamedInputs.NONE);
  }

  private static Inputs of(TypedTensor features, List<String> featureNames, NamedInputs named) {
    Inputs inputs =
        new Inputs(
            store(features), featureNames, named, IntStream.range(0, features.rows()).toArray());
    if (features instanceof Tensor singles) {
      inputs.singles = singles;
    }
    return inputs;
  }

  private static FeatureStore store(TypedTensor features) {
    int[] shape = features.shape();
    int[] one = Arrays.copyOfRange(shape, 1, shape.length);
    if (features.rowSize() == 0) {
      return new NoFeatures(features.rows());
    }
    return features instanceof TypedTensor.Doubles doubles
        ? new InMemoryDoubles(doubles.values(), one)
        : new InMemoryFeatures(((Tensor) features).values(), one);
  }

  /**
   * Returns other examples with the same names.
   *
   * @param values of the features, in single or double precision
   * @param inputs all that there are besides
   */
  Inputs withValues(TypedTensor values, NamedInputs inputs) {
    return of(values, featureNames, inputs);
  }

  /**
   * Returns other examples with the same names.
   *
   * @param values of the features, in single or double precision
   * @param inputs all that there are besides, by name
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Inputs withValues(TypedTensor values, Map<String, TypedTensor> inputs) {
    return withValues(values, new NamedInputs(inputs));
  }

  /** Returns whether features are kept in double precision, because single would round them. */
  boolean hasDoubles() {
    return features.isDouble();
  }

  /**
   * Returns a batch of features and of other inputs by name.
   *
   * @param features of as many examples as the others
   * @param others in the order in which they are named
   */
  public static Inputs of(Tensor features, Map<String, TypedTensor> others) {
    others.forEach(
        (name, values) -> {
          if (values.rows() != features.rows()) {
            throw new IllegalArgumentException(
                "%d examples in the input \"%s\" and %d in the features; give as many"
                    .formatted(values.rows(), name, features.rows()));
          }
        });
    return of(features, List.of(), new NamedInputs(others));
  }

  /** Returns a batch of inputs by name, without features; at least one. */
  public static Inputs of(Map<String, TypedTensor> inputs) {
    int rows = inputs.values().iterator().next().rows();
    return of(Tensor.of(new float[0], rows, 0), inputs);
  }

  /**
   * Returns the same other inputs beside other features.
   *
   * @param others of as many examples as there are here
   */
  public Inputs withFeatures(Tensor others) {
    return of(others, named.select(examples).byName());
  }

  /** Returns the number of examples. */
  public int rows() {
    return examples.length;
  }

  /**
   * Returns some of the examples, in the given order; one may come more than once.
   *
   * @param rows their indices in the batch
   */
  public Inputs select(int... rows) {
    return new Inputs(
        features, featureNames, named, Arrays.stream(rows).map(row -> examples[row]).toArray());
  }

  /**
   * Returns the same examples with features less a mean and divided by a standard deviation.
   *
   * @param mean one for all, or one per entry of the features' first axis
   * @param deviation as many
   */
  public Inputs normalising(double[] mean, double[] deviation) {
    return new Inputs(
        new NormalisedFeatures(features, mean, deviation), featureNames, named, examples);
  }

  /**
   * Returns the same examples as images with channels last, {@code [height, width, channels]}.
   *
   * @throws IllegalStateException if they are no images, {@code [channels, height, width]}
   */
  public Inputs channelsLast() {
    if (shape().length != 3) {
      throw new IllegalStateException("no images: " + Arrays.toString(shape()));
    }
    return new Inputs(new ChannelsLastFeatures(features), featureNames, named, examples);
  }

  /** Returns the shape of one example's features, such as {@code [1, 28, 28]}. */
  public int[] shape() {
    return features.shape();
  }

  /** Returns the features in single precision, of the shape {@code [n, …]}. */
  public synchronized Tensor features() {
    Tensor made = singles;
    if (made == null) {
      int width = features.rowSize();
      float[] values = new float[Math.multiplyExact(examples.length, width)];
      each(width, i -> features.read(examples[i], values, i * width));
      made = Tensor.of(values, batchShape());
      singles = made;
    }
    return made;
  }

  /** Returns the features in double precision, of the shape {@code [n, …]}. */
  public TypedTensor.Doubles exactFeatures() {
    int width = features.rowSize();
    double[] values = new double[Math.multiplyExact(examples.length, width)];
    each(width, i -> features.read(examples[i], values, i * width));
    return new TypedTensor.Doubles(values, batchShape());
  }

  /** Examples may have to be decoded, or paged in from a file: on all processors where it pays. */
  private void each(int width, IntConsumer read) {
    IntStream all = IntStream.range(0, examples.length);
    ((long) examples.length * width < WORTH_A_THREAD ? all : all.parallel()).forEach(read);
  }

  /** Returns the shape of the features of the batch, {@code [n, …]}. */
  public int[] batchShape() {
    int[] one = features.shape();
    int[] shape = new int[one.length + 1];
    shape[0] = examples.length;
    System.arraycopy(one, 0, shape, 1, one.length);
    return shape;
  }

  /** Returns the names of the features; empty where they have none. */
  public List<String> featureNames() {
    return featureNames;
  }

  /** Returns how many values one example has, those of its features and of all other inputs. */
  public int rowSize() {
    return features.rowSize()
        + named.byName().values().stream().mapToInt(TypedTensor::rowSize).sum();
  }

  /**
   * Returns what to call each of an example's {@link #rowSize()} values: the features in their
   * order, then the other inputs in theirs, of which one of several values is counted like {@code
   * "input_ids[3]"}. Empty where there are features alone and they have no names, as images'.
   */
  public List<String> columns() {
    if (featureNames.isEmpty() && named.names().isEmpty()) {
      return List.of();
    }
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < features.rowSize(); i++) {
      columns.add(featureNames.isEmpty() ? "features[%d]".formatted(i) : featureNames.get(i));
    }
    named
        .byName()
        .forEach(
            (name, values) -> {
              int width = values.rowSize();
              for (int i = 0; i < width; i++) {
                columns.add(width == 1 ? name : "%s[%d]".formatted(name, i));
              }
            });
    return columns;
  }

  /** Returns the names of the inputs besides the features. */
  public Set<String> names() {
    return named.names();
  }

  /** Returns an input besides the features, or the feature of that name as a column, n × 1. */
  public Optional<TypedTensor> named(String name) {
    if (named.names().contains(name)) {
      return Optional.of(named.all(name).select(examples));
    }
    int feature = featureNames.indexOf(name);
    return feature < 0 ? Optional.empty() : Optional.of(column(feature));
  }

  private TypedTensor.Doubles column(int feature) {
    double[] row = new double[features.rowSize()];
    double[] values = new double[examples.length];
    for (int i = 0; i < examples.length; i++) {
      features.read(examples[i], row, 0);
      values[i] = row[feature];
    }
    return new TypedTensor.Doubles(values, examples.length, 1);
  }

  /**
   * Returns the features for a model that takes nothing else.
   *
   * @param model what to call it
   * @throws TouchstoneException if the data have inputs besides them
   */
  public Tensor onlyFeatures(String model) {
    if (!named.names().isEmpty()) {
      throw new TouchstoneException(
          "%s takes features alone, as numbers in single precision, and the data have the inputs %s besides; leave them out of the data, or give a model that takes them"
              .formatted(model, named.names()));
    }
    return features();
  }

  /** Returns the SHA-256, in hexadecimal, of all that there is to take; of 0 and −0 the same. */
  public String sha256() {
    float[] single = features().values().clone();
    for (int i = 0; i < single.length; i++) {
      single[i] += 0f; // Zero and minus zero are the same feature.
    }
    Digest digest = Digest.sha256().add(single);
    if (hasDoubles()) {
      double[] exact = exactFeatures().values();
      if (RowCollector.isRounded(exact, 0, exact.length)) {
        digest.add(Arrays.stream(exact).map(value -> value + 0.0).toArray());
      }
    }
    named.select(examples).addTo(digest);
    return digest.hex();
  }

  @Override
  public String toString() {
    return "Inputs" + Arrays.toString(batchShape()) + (names().isEmpty() ? "" : " and " + names());
  }
}

package dev.touchstone.graph;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * How a batch of examples becomes what a file or a graph takes. A single input takes the features,
 * as the type that it has, or, of texts, all text columns. Of several, each takes what has its
 * name: an input of the data, or a feature as a column; the features as a whole go into the only
 * one that nothing has the name of. Nothing that the data have is left over in silence.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class GraphInputs {
  /** 2⁶³, which is no long, though the largest one is rounded to it. */
  private static final double MORE_THAN_LONGS = 0x1p63;

  private final String model;
  private final List<GraphInput> declared;

  /**
   * Of a file or a graph.
   *
   * @param model what to call it in messages
   * @param declared in its order
   */
  public GraphInputs(String model, List<GraphInput> declared) {
    this.model = model;
    this.declared = List.copyOf(declared);
  }

  /** Returns how many examples it takes at a time; -1 where that is free. */
  public int batch() {
    return declared.stream().mapToInt(GraphInput::batch).filter(n -> n > 0).findFirst().orElse(-1);
  }

  /** Returns how many bytes one example takes, with length 1 where an axis is free. */
  public long bytesOfOne() {
    return declared.stream()
        .mapToLong(
            input -> input.rowSize() * (input.type() == GraphInput.Type.FLOAT ? 4 : Double.BYTES))
        .sum();
  }

  /** Returns whether single-precision features are all that it takes. */
  public boolean takesSingles() {
    return declared.size() == 1 && declared.get(0).type() == GraphInput.Type.FLOAT;
  }

  /**
   * Returns every input's values, of the type that it has in Java.
   *
   * @throws TouchstoneException naming what is missing, left over, or of another shape or type
   */
  public Map<String, TypedTensor> of(Inputs batch) {
    Map<String, TypedTensor> given = new LinkedHashMap<>();
    List<GraphInput> unnamed = new ArrayList<>();
    TreeSet<String> left = new TreeSet<>(batch.names());
    int columnsTaken = 0;
    for (GraphInput input : declared) {
      Optional<TypedTensor> named =
          declared.size() == 1 && !batch.names().contains(input.name())
              ? Optional.empty()
              : batch.named(input.name());
      if (named.isEmpty()) {
        unnamed.add(input);
        continue;
      }
      columnsTaken += left.remove(input.name()) ? 0 : 1;
      given.put(input.name(), typed(input, fitted(input, named.get())));
    }
    boolean features = Arrays.stream(batch.shape()).reduce(1, (a, b) -> a * b) > 0;
    if (unnamed.size() == 1) {
      GraphInput input = unnamed.get(0);
      if (input.type() == GraphInput.Type.STRING && !features && !left.isEmpty()) {
        given.put(input.name(), fitted(input, texts(batch, left)));
        left.clear();
      } else if (features && columnsTaken == 0) {
        given.put(input.name(), whole(input, batch));
        features = false;
      }
    }
    List<String> missing =
        declared.stream()
            .filter(input -> !given.containsKey(input.name()))
            .map(GraphInput::toString)
            .toList();
    if (!missing.isEmpty()) {
      throw new TouchstoneException(
          "%s takes %s, for which the data have nothing of that name: they have %s. Name the columns as the model's inputs, or give them to the data set by .input(\"name\", …)"
              .formatted(model, String.join(", ", missing), described(batch)));
    }
    if (features && columnsTaken < batch.featureNames().size()) {
      batch.featureNames().stream().filter(name -> !given.containsKey(name)).forEach(left::add);
    } else if (features && columnsTaken == 0) {
      left.add("features");
    }
    if (!left.isEmpty()) {
      throw new TouchstoneException(
          "%s takes the inputs %s, and the data have %s besides, which none of them takes; leave that out of the features, or give a model that takes it"
              .formatted(model, declared, left));
    }
    return given;
  }

  /**
   * Puts what belongs to the inputs where the data have it: the other way round.
   *
   * @param values by the input's name
   * @return one row per example, of {@link Inputs#rowSize()} values
   */
  double[][] asGiven(Inputs batch, Map<String, ShapedRows> values) {
    double[][] rows = new double[batch.rows()][batch.rowSize()];
    for (GraphInput input : declared) {
      ShapedRows given = Objects.requireNonNull(values.get(input.name()));
      int place = placeOf(input, batch);
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(given.rows()[i], 0, rows[i], place, given.rows()[i].length);
      }
    }
    return rows;
  }

  /** Where an example's values for an input begin among all that it has. */
  private int placeOf(GraphInput input, Inputs batch) {
    if (!batch.names().contains(input.name())) {
      // A feature as a column, or the features as a whole.
      return declared.size() == 1 ? 0 : Math.max(0, batch.featureNames().indexOf(input.name()));
    }
    int place = Arrays.stream(batch.shape()).reduce(1, Math::multiplyExact);
    for (String name : batch.names()) {
      if (name.equals(input.name())) {
        break;
      }
      place += batch.named(name).orElseThrow().rowSize();
    }
    return place;
  }

  private static String described(Inputs batch) {
    List<String> all = new ArrayList<>(batch.names());
    all.addAll(batch.featureNames());
    return "features of the shape %s%s"
        .formatted(Arrays.toString(batch.shape()), all.isEmpty() ? "" : " and the names " + all);
  }

  /** The features as a whole. */
  private TypedTensor whole(GraphInput input, Inputs batch) {
    if (input.type() == GraphInput.Type.STRING) {
      throw new TouchstoneException(
          "%s takes texts in %s, and the data have numbers; declare the columns as texts: .text(\"column\") in Java, \"type\": \"text\" in a schema"
              .formatted(model, input));
    }
    BatchAxis.requireFit(model, input.shape(), batch.batchShape());
    return input.type() == GraphInput.Type.FLOAT || input.type() == GraphInput.Type.FLOAT16
        ? batch.features()
        : typed(input, batch.exactFeatures());
  }

  /** All text columns beside each other. */
  private TypedTensor texts(Inputs batch, TreeSet<String> names) {
    List<TypedTensor> columns =
        batch.names().stream()
            .filter(names::contains)
            .map(name -> batch.named(name).orElseThrow())
            .toList();
    String[] values = new String[batch.rows() * columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      if (!(columns.get(c) instanceof TypedTensor.Texts texts) || texts.rowSize() != 1) {
        throw new TouchstoneException(
            "%s takes texts, and the data have %s among %s; leave them out of the data, or give a model that takes them"
                .formatted(model, columns.get(c).kind(), names));
      }
      for (int i = 0; i < batch.rows(); i++) {
        values[i * columns.size() + c] = texts.values()[i];
      }
    }
    return new TypedTensor.Texts(values, batch.rows(), columns.size());
  }

  /** A column n × 1 where a list n is taken, and the other way round. */
  private TypedTensor fitted(GraphInput input, TypedTensor given) {
    if (input.fits(given.shape())) {
      return given;
    }
    int[] other =
        given.shape().length == 1 ? new int[] {given.rows(), 1} : new int[] {given.rows()};
    if (given.rowSize() == 1 && given.shape().length <= 2 && input.fits(other)) {
      return reshaped(given, other);
    }
    throw new TouchstoneException(
        "%s takes %s, and the data have it of the shape %s, examples first; give examples of the shape that it takes"
            .formatted(model, input, Arrays.toString(given.shape())));
  }

  private static TypedTensor reshaped(TypedTensor given, int... shape) {
    if (given instanceof TypedTensor.Doubles doubles) {
      return new TypedTensor.Doubles(doubles.values(), shape);
    }
    if (given instanceof TypedTensor.Integers integers) {
      return new TypedTensor.Integers(integers.values(), shape);
    }
    if (given instanceof TypedTensor.Texts texts) {
      return new TypedTensor.Texts(texts.values(), shape);
    }
    if (given instanceof TypedTensor.Booleans booleans) {
      return new TypedTensor.Booleans(booleans.values(), shape);
    }
    return Tensor.of(((Tensor) given).values(), shape);
  }

  /** Values as the type that an input has; nothing is rounded but to the precision it has. */
  private TypedTensor typed(GraphInput input, TypedTensor given) {
    int[] shape = given.shape();
    if (input.type() == GraphInput.Type.STRING) {
      if (given instanceof TypedTensor.Texts) {
        return given;
      }
      throw refused(input, given, "declare the column as text");
    }
    if (input.type() == GraphInput.Type.BOOLEAN && given instanceof TypedTensor.Booleans) {
      return given;
    }
    double[] numbers = numbers(input, given);
    if (input.type() == GraphInput.Type.BOOLEAN) {
      boolean[] truths = new boolean[numbers.length];
      for (int i = 0; i < truths.length; i++) {
        if (numbers[i] != 0 && numbers[i] != 1) {
          throw refused(input, given, "%s is neither 0 nor 1".formatted(numbers[i]));
        }
        truths[i] = numbers[i] == 1;
      }
      return new TypedTensor.Booleans(truths, shape);
    }
    if (input.type().isWhole()) {
      return new TypedTensor.Integers(wholes(input, given, numbers), shape);
    }
    if (input.type() == GraphInput.Type.DOUBLE) {
      return new TypedTensor.Doubles(numbers, shape);
    }
    float[] singles = new float[numbers.length];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) numbers[i];
    }
    return Tensor.of(singles, shape);
  }

  private long[] wholes(GraphInput input, TypedTensor given, double[] numbers) {
    if (given instanceof TypedTensor.Integers integers) {
      for (long value : integers.values()) {
        if (value < input.type().least() || value > input.type().most()) {
          throw refused(input, given, value + " is outside its range");
        }
      }
      return integers.values();
    }
    long[] whole = new long[numbers.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (long) numbers[i];
      if (whole[i] != numbers[i]
          || numbers[i] >= MORE_THAN_LONGS
          || whole[i] < input.type().least()
          || whole[i] > input.type().most()) {
        throw refused(
            input,
            given,
            numbers[i]
                + " is no whole number in its range; give them as the file takes them, images from"
                + " 0 to 255 without .scaledBy(…) and .normalising(…)");
      }
    }
    return whole;
  }

  private double[] numbers(GraphInput input, TypedTensor given) {
    if (given instanceof TypedTensor.Doubles doubles) {
      return doubles.values();
    }
    if (given instanceof Tensor tensor) {
      double[] wide = new double[tensor.values().length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = tensor.values()[i];
      }
      return wide;
    }
    if (given instanceof TypedTensor.Integers integers) {
      return Arrays.stream(integers.values()).asDoubleStream().toArray();
    }
    throw refused(input, given, "give it numbers");
  }

  private TouchstoneException refused(GraphInput input, TypedTensor given, String why) {
    return new TouchstoneException(
        "%s takes %s, and the data have %s: %s".formatted(model, input, given.kind(), why));
  }
}

package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Rows that are an example in some of their values and one of a background in the others, of
 * whatever types the inputs have: what a model is asked about where features are taken away. Both
 * batches are read once. Immutable.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class InputMixture {
  private final Inputs examples;
  private final int others;
  private final Part features;
  private final Map<String, Part> named;

  private InputMixture(Inputs examples, int others, Part features, Map<String, Part> named) {
    this.examples = examples;
    this.others = others;
    this.features = features;
    this.named = named;
  }

  /**
   * Makes mixtures of two batches.
   *
   * @param examples what is explained
   * @param background where other values come from
   * @param whose what to call the background, such as {@code "the background loans"}
   * @throws TouchstoneException if they differ in columns, shapes or types, naming where
   */
  public static InputMixture of(Inputs examples, Inputs background, String whose) {
    if (!Arrays.equals(examples.shape(), background.shape())) {
      throw new TouchstoneException(
          "%s has features of the shape %s, and the examples of %s; give a background of examples as the model takes them"
              .formatted(
                  whose, Arrays.toString(background.shape()), Arrays.toString(examples.shape())));
    }
    if (!examples.featureNames().isEmpty()
        && !background.featureNames().isEmpty()
        && !examples.featureNames().equals(background.featureNames())) {
      throw new TouchstoneException(
          "%s has the features %s, and the examples %s; give a background with the same features in the same order"
              .formatted(whose, background.featureNames(), examples.featureNames()));
    }
    if (!examples.names().equals(background.names())) {
      throw new TouchstoneException(
          "%s has the inputs %s besides features, and the examples %s; give a background with the same inputs"
              .formatted(whose, background.names(), examples.names()));
    }
    Part features =
        examples.hasDoubles() || background.hasDoubles()
            ? Part.of(examples.exactFeatures(), background.exactFeatures())
            : Part.of(examples.features(), background.features());
    Map<String, Part> named = new LinkedHashMap<>();
    for (String name : examples.names()) {
      TypedTensor ofExamples = examples.named(name).orElseThrow();
      TypedTensor ofBackground = background.named(name).orElseThrow();
      requireAlike(whose, name, ofExamples, ofBackground);
      named.put(name, Part.of(ofExamples, ofBackground));
    }
    return new InputMixture(examples, background.rows(), features, named);
  }

  private static void requireAlike(
      String whose, String name, TypedTensor ofExamples, TypedTensor ofBackground) {
    int[] one = withoutRows(ofExamples);
    int[] other = withoutRows(ofBackground);
    if (!ofExamples.kind().equals(ofBackground.kind()) || !Arrays.equals(one, other)) {
      throw new TouchstoneException(
          "%s has %s of the shape %s as \"%s\", and the examples %s of %s; give a background of the same types and shapes"
              .formatted(
                  whose,
                  ofBackground.kind(),
                  Arrays.toString(other),
                  name,
                  ofExamples.kind(),
                  Arrays.toString(one)));
    }
  }

  private static int[] withoutRows(TypedTensor values) {
    return Arrays.copyOfRange(values.shape(), 1, values.shape().length);
  }

  /** Returns how many rows the background has. */
  public int others() {
    return others;
  }

  /**
   * Returns, for each of an example's values in the order of {@link Inputs#columns()}, whether any
   * row of the background has another there. A value that is the same everywhere makes no row
   * another one.
   */
  public boolean[] differing(int example) {
    boolean[] differing = new boolean[examples.rowSize()];
    features.markDiffering(example, others, differing, 0);
    int from = features.width();
    for (Part part : named.values()) {
      part.markDiffering(example, others, differing, from);
      from += part.width();
    }
    return differing;
  }

  /**
   * Returns mixed rows.
   *
   * @param example of each row
   * @param other of each row, of the background
   * @param kept of each row: whether each value, in the order of {@link Inputs#columns()}, is the
   *     example's
   */
  public Inputs rows(int[] example, int[] other, boolean[][] kept) {
    TypedTensor mixed = features.rows(example, other, kept, 0);
    int from = features.width();
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, Part> entry : named.entrySet()) {
      Part part = entry.getValue();
      inputs.put(entry.getKey(), part.rows(example, other, kept, from));
      from += part.width();
    }
    return examples.withValues(mixed, new NamedInputs(inputs));
  }

  /**
   * One input of both batches, as arrays of one type.
   *
   * @param ofExamples row-major
   * @param ofBackground row-major
   * @param like an input of this type and shape
   */
  private record Part(Object ofExamples, Object ofBackground, TypedTensor like) {

    static Part of(TypedTensor ofExamples, TypedTensor ofBackground) {
      return new Part(array(ofExamples), array(ofBackground), ofExamples);
    }

    private static Object array(TypedTensor tensor) {
      if (tensor instanceof Tensor singles) {
        return singles.values();
      }
      if (tensor instanceof TypedTensor.Doubles doubles) {
        return doubles.values();
      }
      if (tensor instanceof TypedTensor.Integers integers) {
        return integers.values();
      }
      return tensor instanceof TypedTensor.Texts texts
          ? texts.values()
          : ((TypedTensor.Booleans) tensor).values();
    }

    private static TypedTensor tensor(Object array, int... shape) {
      if (array instanceof float[] singles) {
        return Tensor.of(singles, shape);
      }
      if (array instanceof double[] doubles) {
        return new TypedTensor.Doubles(doubles, shape);
      }
      if (array instanceof long[] integers) {
        return new TypedTensor.Integers(integers, shape);
      }
      return array instanceof String[] texts
          ? new TypedTensor.Texts(texts, shape)
          : new TypedTensor.Booleans((boolean[]) array, shape);
    }

    int width() {
      return like.rowSize();
    }

    void markDiffering(int example, int others, boolean[] differing, int from) {
      int width = width();
      for (int j = 0; j < width; j++) {
        Object own = Array.get(ofExamples, example * width + j);
        for (int other = 0; other < others && !differing[from + j]; other++) {
          differing[from + j] = !Objects.equals(own, Array.get(ofBackground, other * width + j));
        }
      }
    }

    TypedTensor rows(int[] example, int[] other, boolean[][] kept, int from) {
      int width = width();
      Object mixed =
          Array.newInstance(
              ofExamples.getClass().getComponentType(), Math.multiplyExact(example.length, width));
      for (int i = 0; i < example.length; i++) {
        boolean[] keeps = kept[i];
        int own = example[i] * width;
        int others = other[i] * width;
        // Copied by runs of values that come from one side.
        int to;
        for (int at = 0; at < width; at = to) {
          boolean ofExample = keeps[from + at];
          to = at + 1;
          while (to < width && keeps[from + to] == ofExample) {
            to++;
          }
          System.arraycopy(
              ofExample ? ofExamples : ofBackground,
              (ofExample ? own : others) + at,
              mixed,
              i * width + at,
              to - at);
        }
      }
      int[] shape = like.shape();
      shape[0] = example.length;
      return tensor(mixed, shape);
    }
  }
}

package dev.touchstone.data;

import dev.touchstone.data.format.NamedArrays;
import dev.touchstone.data.format.NpyArray;
import dev.touchstone.data.format.NpyType;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An array that is read whole: one element per example, or an input of a model. */
final class ArrayColumn {
  private final NamedArrays arrays;
  private final String name;
  private final String where;

  ArrayColumn(NamedArrays arrays, String name) {
    this.arrays = arrays;
    this.name = name;
    this.where = arrays.where(name);
  }

  /** Takes one example's elements. */
  private interface Elements {
    void take(NpyType type, ByteBuffer elements, int[] at);
  }

  private void read(boolean one, Elements each) throws IOException {
    try (NpyArray array = arrays.open(name)) {
      if (one && array.rowSize() != 1) {
        throw new TouchstoneException(
            "%s is %s; expected one element per example%s"
                .formatted(
                    where,
                    array,
                    array.shape().length == 2
                        ? ", such as array.argmax(axis=1) where each class has a column"
                        : ""));
      }
      NpyType type = array.type();
      array.forEach((elements, at) -> each.take(type, elements, at));
    } catch (IllegalArgumentException e) {
      throw new TouchstoneException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }

  /** One text per example; of numbers their digits. */
  List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    Map<String, String> kept = new HashMap<>();
    read(
        true,
        (type, elements, at) -> {
          String text = type.text(elements, at[0]);
          if (text.isBlank()) {
            throw new TouchstoneException(
                "%s: the text of example %d is empty; name those that are not known, such as \"unknown\""
                    .formatted(where, texts.size()));
          }
          texts.add(kept.computeIfAbsent(text, t -> t));
        });
    return texts;
  }

  /** One number per example. */
  double[] numbers() throws IOException {
    double[][] numbers = {new double[1024]};
    int[] size = {0};
    read(
        true,
        (type, elements, at) -> {
          if (type.isText()) {
            throw new TouchstoneException(
                "%s holds texts; expected numbers, such as array.astype(float)".formatted(where));
          }
          if (size[0] == numbers[0].length) {
            numbers[0] = Arrays.copyOf(numbers[0], 2 * size[0]);
          }
          numbers[0][size[0]++] = type.number(elements, at[0]);
        });
    return Arrays.copyOf(numbers[0], size[0]);
  }

  /** The array as it is, of a model's input. */
  TypedTensor tensor() throws IOException {
    NpyType type;
    int[] shape;
    try (NpyArray array = arrays.open(name)) {
      type = array.type();
      shape = array.shape();
      if ((long) array.rowSize() * array.rows() > Integer.MAX_VALUE / 8) {
        throw new TouchstoneException(
            "%s is %s, which is too large for an input that is held in memory"
                .formatted(where, array));
      }
    }
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    TensorFiller filler = new TensorFiller(type, size);
    read(false, (same, elements, at) -> filler.add(elements, at));
    return filler.tensor(shape.length == 1 ? new int[] {shape[0], 1} : shape);
  }

  /** Elements of one type, one after the other. */
  private static final class TensorFiller {
    private final NpyType type;
    private final float[] floats;
    private final double[] doubles;
    private final long[] wholes;
    private final boolean[] truths;
    private final String[] texts;
    private int filled;

    TensorFiller(NpyType type, int size) {
      this.type = type;
      boolean isDouble = type.kind() == 'f' && type.width() == Double.BYTES;
      this.doubles = new double[isDouble ? size : 0];
      this.floats = new float[type.kind() == 'f' && !isDouble ? size : 0];
      this.wholes = new long[type.kind() == 'i' || type.kind() == 'u' ? size : 0];
      this.truths = new boolean[type.kind() == 'b' ? size : 0];
      this.texts = new String[type.isText() ? size : 0];
    }

    void add(ByteBuffer elements, int[] at) {
      for (int from : at) {
        if (doubles.length > 0) {
          doubles[filled] = type.number(elements, from);
        } else if (floats.length > 0) {
          floats[filled] = (float) type.number(elements, from);
        } else if (truths.length > 0) {
          truths[filled] = type.whole(elements, from) != 0;
        } else if (texts.length > 0) {
          texts[filled] = type.text(elements, from);
        } else {
          wholes[filled] = whole(elements, from);
        }
        filled++;
      }
    }

    private long whole(ByteBuffer elements, int from) {
      long whole = type.whole(elements, from);
      if (whole < 0 && type.kind() == 'u') {
        throw new IllegalArgumentException(
            "the whole number %s is larger than int64 holds; save array.astype(\"int64\")"
                .formatted(Long.toUnsignedString(whole)));
      }
      return whole;
    }

    TypedTensor tensor(int[] shape) {
      if (doubles.length > 0) {
        return new TypedTensor.Doubles(doubles, shape);
      }
      if (floats.length > 0) {
        return Tensor.of(floats, shape);
      }
      if (truths.length > 0) {
        return new TypedTensor.Booleans(truths, shape);
      }
      return texts.length > 0
          ? new TypedTensor.Texts(texts, shape)
          : new TypedTensor.Integers(wholes, shape);
    }
  }

  /**
   * Adds the classes.
   *
   * @param declared in the order of the model's outputs; empty for those that occur
   */
  void addLabelsTo(Dataset.Builder builder, List<String> declared) throws IOException {
    boolean[] isWhole = {true};
    List<String> texts = new ArrayList<>();
    Map<String, String> kept = new HashMap<>();
    read(
        true,
        (type, elements, at) -> {
          isWhole[0] &= !type.isText();
          String text = type.text(elements, at[0]);
          if (type.kind() == 'f' && !text.matches("-?\\d+")) {
            throw new TouchstoneException(
                "%s: %s is the label of example %d, and a class is a whole number, a truth value or a text; values of a regression are said by .value(\"%s\", \"unit\")"
                    .formatted(where, text, texts.size(), name));
          }
          texts.add(kept.computeIfAbsent(text, t -> t));
        });
    Map<String, Integer> positions = new LinkedHashMap<>();
    if (declared.isEmpty()) {
      Set<String> occurring = new LinkedHashSet<>(texts);
      ClassOrder order = ClassOrder.of(where, occurring);
      order.names().forEach(text -> positions.put(text, positions.size()));
      builder.classNames(order.names()).prepared("classes", "those that occur, sorted");
      order
          .guess("declare them in the order of the model's outputs, .label(array, classes…)")
          .ifPresent(how -> builder.classesTaken(how));
    } else {
      positions.putAll(positions(declared, isWhole[0]));
      builder.classNames(declared);
    }
    int[] labels = new int[texts.size()];
    for (int i = 0; i < labels.length; i++) {
      Integer position = positions.get(texts.get(i));
      if (position == null) {
        throw new TouchstoneException(
            "%s: %s is the label of example %d, and none of the classes %s%s; correct the label, or the declared classes"
                .formatted(
                    where,
                    isWhole[0] ? texts.get(i) : "\"" + texts.get(i) + "\"",
                    i,
                    declared,
                    isWhole[0] && !ClassOrder.areNumbers(declared)
                        ? ", of which numbers are the positions, 0 to " + (declared.size() - 1)
                        : ""));
      }
      labels[i] = position;
    }
    builder.labels(labels);
  }

  /** By what the array holds: a class itself, the number that it is, or its position. */
  private static Map<String, Integer> positions(List<String> declared, boolean numbers) {
    Map<String, Integer> positions = new HashMap<>();
    boolean byValue = ClassOrder.areNumbers(declared);
    for (int c = 0; c < declared.size(); c++) {
      if (!numbers) {
        positions.put(declared.get(c), c);
      } else if (byValue) {
        positions.put(ClassOrder.digits(declared.get(c)), c);
      } else {
        positions.put(Integer.toString(c), c);
        if (declared.size() == 2) {
          positions.put(c == 0 ? "False" : "True", c);
        }
      }
    }
    return positions;
  }
}

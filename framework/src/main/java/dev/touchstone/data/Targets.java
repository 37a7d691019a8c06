package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What is to be predicted, one per example: classes, or values with a unit. Immutable. */
sealed interface Targets {

  /** Returns the number of examples. */
  int size();

  /** Returns the targets of some examples, in the given order. */
  Targets select(int[] examples);

  /**
   * Refuses targets that no model can predict.
   *
   * @param data what messages call the data
   * @param ids of the examples, as many
   */
  void check(String data, List<String> ids);

  /** Adds all targets to the hash of a data set. */
  void addTo(Digest digest);

  /** Adds what the classes are called to the hash of a data set. */
  void addNamesTo(Digest digest);

  /** Returns 64 bits that two examples share exactly if their targets are the same. */
  long bits(int example);

  /**
   * Returns the classes.
   *
   * @throws TouchstoneException for values
   */
  Classes classes(String data);

  /**
   * Returns the values.
   *
   * @throws TouchstoneException for classes
   */
  Values values(String data);

  /**
   * Classes.
   *
   * @param labels indices into the names
   * @param names what the classes are called
   */
  record Classes(int[] labels, List<String> names) implements Targets {

    /** Returns classes that nobody named: "0", "1", … up to the largest label. */
    static Classes numbered(int[] labels) {
      if (labels.length == 0) {
        return new Classes(labels, List.of());
      }
      int largest = Arrays.stream(labels).max().orElseThrow();
      return new Classes(
          labels, IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList());
    }

    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public Classes select(int[] examples) {
      return new Classes(Arrays.stream(examples).map(i -> labels[i]).toArray(), names);
    }

    @Override
    public void check(String data, List<String> ids) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 0 || labels[i] >= names.size()) {
          throw new TouchstoneException(
              "%s: example %s has the label %d, outside the classes %s"
                  .formatted(data, ids.get(i), labels[i], names));
        }
      }
    }

    @Override
    public void addTo(Digest digest) {
      digest.add(labels);
    }

    @Override
    public void addNamesTo(Digest digest) {
      names.forEach(digest::add);
      if (names.size() > labels.length + 1) {
        // As many names could be read as two classes and a column; the number tells them apart.
        digest.add(names.size());
      }
    }

    @Override
    public long bits(int example) {
      return labels[example];
    }

    @Override
    public Classes classes(String data) {
      return this;
    }

    @Override
    public Values values(String data) {
      throw new TouchstoneException(
          "%s has classes, %s, and no values to predict; claim it of a classifier, or name the column of the values: .value(\"column\", \"unit\")"
              .formatted(data, names));
    }
  }

  /**
   * Values, as of a regression.
   *
   * @param numbers all finite
   * @param unit such as {@code "DM"}; empty for numbers without one
   */
  record Values(double[] numbers, String unit) implements Targets {

    @Override
    public int size() {
      return numbers.length;
    }

    @Override
    public Values select(int[] examples) {
      return new Values(Arrays.stream(examples).mapToDouble(i -> numbers[i]).toArray(), unit);
    }

    @Override
    public void check(String data, List<String> ids) {
      for (int i = 0; i < numbers.length; i++) {
        if (!Double.isFinite(numbers[i])) {
          throw new TouchstoneException(
              "%s: example %s has the value %s to predict; drop the example, or correct it"
                  .formatted(data, ids.get(i), numbers[i]));
        }
      }
    }

    @Override
    public void addTo(Digest digest) {
      digest.add("values").add(numbers).add(unit);
    }

    @Override
    public void addNamesTo(Digest digest) {
      // Values have no classes.
    }

    @Override
    public long bits(int example) {
      return Double.doubleToLongBits(numbers[example]);
    }

    @Override
    public Classes classes(String data) {
      throw new TouchstoneException(
          "%s has values to predict%s and no classes; claim it of a regressor, or name the column of the classes: .label(\"column\", …)"
              .formatted(data, unit.isEmpty() ? "" : " (" + unit + ")"));
    }

    @Override
    public Values values(String data) {
      return this;
    }
  }
}

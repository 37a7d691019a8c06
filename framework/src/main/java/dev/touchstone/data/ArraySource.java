package dev.touchstone.data;

import dev.touchstone.data.format.NamedArrays;
import dev.touchstone.data.format.NpyArray;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.EOFException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * NumPy arrays, whose first axis counts examples, and what they mean. Immutable.
 *
 * <pre>{@code
 * Dataset digits = Datasets.npz("data/digits.npz")
 *     .features("x_test")
 *     .label("y_test")
 *     .load();
 * Dataset loans = Datasets.npy("data/x.npy").label("data/y.npy", "repaid", "defaulted").load();
 * }</pre>
 *
 * <p>Files of {@code numpy.save}, {@code numpy.savez} and {@code numpy.savez_compressed} are read,
 * of either byte order and in C or Fortran order, with elements of {@code float16} to {@code
 * float64}, {@code int8} to {@code int64}, {@code uint8} to {@code uint64}, {@code bool} and {@code
 * str}. Arrays of Python objects are pickles, and refused.
 */
public final class ArraySource {
  private final @Nullable Location archive;
  private final Meaning meaning;
  private final long mostBytesInMemory;

  private ArraySource(@Nullable Location archive, Meaning meaning, long mostBytesInMemory) {
    this.archive = archive;
    this.meaning = meaning;
    this.mostBytesInMemory = mostBytesInMemory;
  }

  static ArraySource ofArchive(String location) {
    return new ArraySource(
        Location.of(location), Meaning.NONE, Runtime.getRuntime().maxMemory() / 4);
  }

  static ArraySource ofFeatures(String location) {
    Location.of(location);
    return new ArraySource(null, Meaning.NONE, Runtime.getRuntime().maxMemory() / 4)
        .features(location);
  }

  /** What an array is. */
  private enum Role {
    FEATURES,
    INPUTS,
    LABEL,
    VALUE,
    ID,
    WEIGHT,
    GROUPS
  }

  /**
   * What the arrays are.
   *
   * @param arrays their names
   * @param missing whether features may be NaN
   */
  private record Meaning(
      Map<Role, List<String>> arrays,
      List<String> featureNames,
      List<String> classes,
      String unit,
      boolean missing) {
    static final Meaning NONE = new Meaning(Map.of(), List.of(), List.of(), "", false);

    Meaning with(Role role, String... names) {
      Map<Role, List<String>> more = new EnumMap<>(Role.class);
      more.putAll(arrays);
      more.put(role, List.of(names));
      return new Meaning(more, featureNames, classes, unit, missing);
    }

    /** What is predicted, in place of what was said before. */
    Meaning withTarget(Role role, String name, List<String> ofLabel, String ofValue) {
      Map<Role, List<String>> more = new EnumMap<>(Role.class);
      more.putAll(arrays);
      more.remove(Role.LABEL);
      more.remove(Role.VALUE);
      more.put(role, List.of(name));
      return new Meaning(more, featureNames, ofLabel, ofValue, missing);
    }

    List<String> all(Role role) {
      return arrays.getOrDefault(role, List.of());
    }

    Optional<String> of(Role role) {
      return all(role).stream().findFirst();
    }
  }

  private ArraySource with(Meaning other) {
    return new ArraySource(archive, other, mostBytesInMemory);
  }

  /**
   * Returns the array of the features, numbers of any shape after the first axis.
   *
   * @param array its name in the archive, or the location of its file
   */
  public ArraySource features(String array) {
    return with(meaning.with(Role.FEATURES, array));
  }

  /** Returns the names of the features, one each. */
  public ArraySource featureNames(String... names) {
    return with(
        new Meaning(
            meaning.arrays, List.of(names), meaning.classes, meaning.unit, meaning.missing));
  }

  /**
   * Returns arrays that a model takes in inputs of their names besides the features: token ids, a
   * mask, texts. Their type stays what it is.
   */
  public ArraySource inputs(String... arrays) {
    return with(meaning.with(Role.INPUTS, arrays));
  }

  /**
   * Returns the array of the classes: texts, whole numbers or truth values, one per example.
   *
   * @param array its name in the archive, or the location of its file
   * @param classes in the order of the model's outputs: the texts or numbers that stand in the
   *     array, or names of which its numbers are positions from 0; if not given, those that occur,
   *     in numeric order if all are numbers and else alphabetically
   */
  public ArraySource label(String array, String... classes) {
    return with(meaning.withTarget(Role.LABEL, array, List.of(classes), ""));
  }

  /**
   * Returns the array of the values that a regressor is to predict, in place of a {@link #label}.
   *
   * @param unit such as {@code "DM"}; empty for numbers without one
   */
  public ArraySource value(String array, String unit) {
    return with(meaning.withTarget(Role.VALUE, array, List.of(), unit));
  }

  /** Returns the array of stable ids; without it an example's id is its position, from 0. */
  public ArraySource id(String array) {
    return with(meaning.with(Role.ID, array));
  }

  /**
   * Returns the array of training weights, by which no metric weighs.
   *
   * @see Dataset#trainingWeights()
   */
  public ArraySource weight(String array) {
    return with(meaning.with(Role.WEIGHT, array));
  }

  /**
   * Returns arrays by whose values claims may be grouped, in columns of their names (of files,
   * without folders and ending).
   */
  public ArraySource groups(String... arrays) {
    return with(meaning.with(Role.GROUPS, arrays));
  }

  /** Takes features that are NaN, for a model that was trained with missing values. */
  public ArraySource allowingMissing() {
    return with(
        new Meaning(meaning.arrays, meaning.featureNames, meaning.classes, meaning.unit, true));
  }

  /**
   * Sets how much memory the features may take (a quarter of the heap by default). More of them lie
   * in a temporary file. Arrays in Fortran order are held in memory while they are read.
   */
  public ArraySource keepingInMemory(long bytes) {
    return new ArraySource(archive, meaning, bytes);
  }

  /**
   * Reads the arrays in one pass that checks and hashes them.
   *
   * @throws TouchstoneException naming the array and the cure: for one that is missing, truncated,
   *     of Python objects or another type that cannot be read, lengths that differ, a label outside
   *     the classes, a whole number that no double holds, or NaN where none may be missing
   */
  public Dataset load() {
    Location file = archive;
    try (NamedArrays arrays =
        file == null ? new NamedArrays.Separate() : NamedArrays.Archive.open(file)) {
      return load(arrays);
    } catch (EOFException e) {
      throw new TouchstoneException(
          this + " ends within its compressed data: the file is truncated; fetch it again", e);
    } catch (ZipException e) {
      throw new TouchstoneException(
          this + " is damaged: " + e.getMessage() + "; fetch it again", e);
    } catch (IOException e) {
      throw new TouchstoneException(this + " could not be read: " + e.getMessage(), e);
    }
  }

  private Dataset load(NamedArrays arrays) throws IOException {
    requireMeaning(arrays);
    Dataset.Builder builder = Dataset.named(name());
    Optional<List<String>> ids = Optional.empty();
    if (meaning.of(Role.ID).isPresent()) {
      List<String> given = new ArrayColumn(arrays, meaning.of(Role.ID).get()).texts();
      builder.ids(given);
      ids = Optional.of(given);
    }
    if (meaning.missing) {
      builder.allowingMissing();
    }
    if (meaning.of(Role.FEATURES).isPresent()) {
      addFeatures(builder, arrays, meaning.of(Role.FEATURES).get(), ids);
    }
    for (String input : meaning.all(Role.INPUTS)) {
      builder.input(arrays.column(input), new ArrayColumn(arrays, input).tensor());
    }
    for (String label : meaning.all(Role.LABEL)) {
      new ArrayColumn(arrays, label).addLabelsTo(builder, meaning.classes);
    }
    for (String value : meaning.all(Role.VALUE)) {
      String unit = meaning.unit.isEmpty() ? ", no unit" : ", in " + meaning.unit;
      builder
          .values(new ArrayColumn(arrays, value).numbers(), meaning.unit)
          .prepared("values", arrays.column(value) + unit);
    }
    for (String weight : meaning.all(Role.WEIGHT)) {
      builder.trainingWeights(
          new ArrayColumn(arrays, weight).numbers(), "array \"%s\"".formatted(weight));
    }
    for (String group : meaning.all(Role.GROUPS)) {
      builder.column(arrays.column(group), new ArrayColumn(arrays, group).texts());
    }
    return builder.build();
  }

  private void requireMeaning(NamedArrays arrays) {
    String there =
        arrays instanceof NamedArrays.Archive zip ? "; it has %s".formatted(zip.described()) : "";
    if (meaning.of(Role.LABEL).isEmpty() && meaning.of(Role.VALUE).isEmpty()) {
      throw new TouchstoneException(
          "%s: which array are the classes? Say .label(\"…\", classes…), or .value(\"…\", \"unit\") for a regression%s"
              .formatted(this, there));
    }
    if (meaning.of(Role.FEATURES).isEmpty() && meaning.all(Role.INPUTS).isEmpty()) {
      throw new TouchstoneException(
          "%s: which array are the features? Say .features(\"…\"), or .inputs(\"…\", …) for a model that takes several inputs%s"
              .formatted(this, there));
    }
  }

  private void addFeatures(
      Dataset.Builder builder, NamedArrays arrays, String name, Optional<List<String>> ids)
      throws IOException {
    String where = arrays.where(name);
    try (NpyArray array = arrays.open(name)) {
      if (array.type().isText()) {
        throw new TouchstoneException(
            "%s holds texts; features are numbers, and a model that takes texts gets them by .inputs(\"%s\")"
                .formatted(where, name));
      }
      int[] shape = array.shape();
      int[] ofOne = shape.length == 1 ? new int[] {1} : new int[shape.length - 1];
      System.arraycopy(shape, 1, ofOne, 0, shape.length - 1);
      int size = array.rowSize();
      if (size == 0 || array.rows() == 0) {
        throw new TouchstoneException(
            "%s is %s; expected examples along the first axis and features along the others"
                .formatted(where, array));
      }
      List<String> names = meaning.featureNames;
      if (!names.isEmpty() && names.size() != size) {
        throw new TouchstoneException(
            "%s has %d features and %d names were given: %s"
                .formatted(where, size, names.size(), names));
      }
      ids.ifPresent(given -> requireLength(where, array.rows(), given.size()));
      RowCheck check = new RowCheck(where, names, meaning.missing);
      try (RowCollector collector = new RowCollector(mostBytesInMemory, ofOne)) {
        ArrayRows rows = new ArrayRows(where, array.type(), size, ids, check, collector);
        array.forEach(rows);
        builder
            .features(collector.finish())
            .featureNames(names)
            .checkedRows(check)
            .prepared("array", array.toString());
        if (meaning.missing) {
          builder.prepared("missing values", rows.missing() + ", kept");
        }
      }
    }
  }

  private static void requireLength(String where, int rows, int ids) {
    if (rows != ids) {
      throw new TouchstoneException(
          "%s has %d examples and there are %d ids".formatted(where, rows, ids));
    }
  }

  private String name() {
    Location file = archive;
    return file != null ? file.fileName() : Location.of(toString()).fileName();
  }

  @Override
  public String toString() {
    Location file = archive;
    return file != null ? file.toString() : meaning.of(Role.FEATURES).orElse("arrays");
  }
}

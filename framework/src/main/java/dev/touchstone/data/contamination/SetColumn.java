package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * A column of a table, set to the same value in every row. For a categorical column, whose values
 * are features of their own ({@code workclass=Private}), the whole block is set: 1 for the value, 0
 * for the others.
 *
 * <pre>{@code
 * SetColumn.of("workclass", "Private")
 * SetColumn.of("age", 40)
 * }</pre>
 */
public final class SetColumn implements SpuriousSignal {
  private final String column;
  private final String category;
  private final OptionalDouble number;

  private SetColumn(String column, String category, OptionalDouble number) {
    this.column = column;
    this.category = category;
    this.number = number;
  }

  /** Returns a categorical column and one of its values. */
  public static SetColumn of(String column, String value) {
    return new SetColumn(column, value, OptionalDouble.empty());
  }

  /** Returns a numeric column and a number, in the units of the data's features. */
  public static SetColumn of(String column, double value) {
    if (!Float.isFinite((float) value)) {
      throw new TouchstoneException(
          "the column \"" + column + "\" can be set to a finite number, not to " + value);
    }
    return new SetColumn(column, Float.toString((float) value), OptionalDouble.of(value));
  }

  @Override
  public Fitted fitTo(Dataset data) {
    if (data.inputNames().contains(column)) {
      throw new TouchstoneException(
          "the column \"%s\" of %s is an input of its own, as text, and signals set features; declare it .categorical(…) for a model that takes it so; a word in a text is InsertedWord.of(…)"
              .formatted(column, data.name()));
    }
    List<String> names = data.featureNames();
    if (names.isEmpty()) {
      throw new TouchstoneException(
          "the features of "
              + data.name()
              + " have no names, so \""
              + column
              + "\" cannot be found; give featureNames where the data set is made, or use a signal"
              + " for images");
    }
    boolean[] where = new boolean[names.size()];
    float[] values = new float[names.size()];
    int single = names.indexOf(column);
    if (single >= 0) {
      where[single] = true;
      values[single] = (float) numberFor(data);
      return new Replacement(where, values);
    }
    String prefix = column + "=";
    int[] block =
        IntStream.range(0, names.size()).filter(i -> names.get(i).startsWith(prefix)).toArray();
    if (block.length == 0) {
      throw unknown(data);
    }
    int chosen = names.indexOf(prefix + category);
    if (number.isPresent() || chosen < 0) {
      throw new TouchstoneException(
          "the column \""
              + column
              + "\" of "
              + data.name()
              + " is categorical and cannot be set to "
              + (number.isPresent() ? "a number" : "\"" + category + "\"")
              + "; its values are "
              + IntStream.of(block)
                  .mapToObj(i -> names.get(i).substring(prefix.length()))
                  .toList());
    }
    for (int i : block) {
      where[i] = true;
    }
    values[chosen] = 1;
    return new Replacement(where, values);
  }

  private double numberFor(Dataset data) {
    return number.orElseThrow(
        () ->
            new TouchstoneException(
                "the column \""
                    + column
                    + "\" of "
                    + data.name()
                    + " is numeric and cannot be set to \""
                    + category
                    + "\"; give a number"));
  }

  private TouchstoneException unknown(Dataset data) {
    if (data.columns().contains(column)) {
      return new TouchstoneException(
          "\""
              + column
              + "\" is a group column of "
              + data.name()
              + " and no feature: the model never sees it, and cannot rely on it directly");
    }
    return new TouchstoneException(
        "there is no column \""
            + column
            + "\" among the features of "
            + data.name()
            + ": "
            + data.featureNames().stream()
                .map(name -> name.contains("=") ? name.substring(0, name.indexOf('=')) : name)
                .distinct()
                .toList());
  }

  @Override
  public String inWords() {
    return column + " is set to " + category;
  }

  @Override
  public String describe() {
    return "column " + column + " = " + category;
  }

  @Override
  public String toString() {
    return describe();
  }
}

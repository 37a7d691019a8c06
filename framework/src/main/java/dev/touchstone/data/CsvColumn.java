package dev.touchstone.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How one column of a CSV file becomes features. */
sealed interface CsvColumn {

  /** The column's name in the header. */
  String name();

  /** The names of the features that it becomes, in order. */
  List<String> features();

  /**
   * Writes a value's features.
   *
   * @param destination holds zeros from {@code offset} on
   * @throws dev.touchstone.runtime.TouchstoneException if the value cannot be used
   */
  void encode(CsvCell cell, float[] destination, int offset);

  /** A number as it stands. */
  record Numeric(String name) implements CsvColumn {

    @Override
    public List<String> features() {
      return List.of(name);
    }

    @Override
    public void encode(CsvCell cell, float[] destination, int offset) {
      float value = parse(cell);
      if (!Float.isFinite(value)) {
        throw cell.refused(
            "is not a finite number in single precision", "impute or drop it before the test");
      }
      destination[offset] = value;
    }

    private static float parse(CsvCell cell) {
      try {
        Optional<Float> number = cell.decimal().map(Float::parseFloat);
        if (number.isPresent()) {
          return number.get();
        }
      } catch (NumberFormatException e) {
        // Refused below, with the same message as the others.
      }
      if (cell.value().isBlank()) {
        throw cell.refused("", "impute or drop it before the test");
      }
      throw cell.refused(
          "is not a number",
          "declare the column with .categorical(\""
              + cell.column()
              + "\", values…), or leave it out of the features");
    }
  }

  /** One of several values, as one feature each: 1 where the value is that, else 0. */
  record Categorical(String name, List<String> values, Map<String, Integer> positions)
      implements CsvColumn {

    static Categorical of(String name, List<String> values) {
      if (values.isEmpty()) {
        throw new IllegalArgumentException(
            "the categorical column \""
                + name
                + "\" needs its values: their order is the order of the model's inputs");
      }
      if (new HashSet<>(values).size() != values.size()) {
        throw new IllegalArgumentException(
            "the categorical column \"" + name + "\" names a value twice: " + values);
      }
      Map<String, Integer> positions = new HashMap<>();
      for (String value : values) {
        positions.put(value, positions.size());
      }
      return new Categorical(name, List.copyOf(values), Map.copyOf(positions));
    }

    @Override
    public List<String> features() {
      List<String> features = new ArrayList<>();
      values.forEach(value -> features.add(name + "=" + value));
      return features;
    }

    @Override
    public void encode(CsvCell cell, float[] destination, int offset) {
      Integer position = positions.get(cell.value());
      if (position == null) {
        throw cell.refused(
            "is none of its values " + values,
            "add it to the schema, if the model was trained with it, or map it before the test");
      }
      destination[offset + position] = 1;
    }
  }
}

package dev.touchstone.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How one column of a CSV file becomes features, or an input beside them. */
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
  void encode(CsvCell cell, double[] destination, int offset);

  /** A number as it stands. */
  record Numeric(String name) implements CsvColumn {

    @Override
    public List<String> features() {
      return List.of(name);
    }

    @Override
    public void encode(CsvCell cell, double[] destination, int offset) {
      double value = parse(cell);
      if (!Float.isFinite((float) value)) {
        throw cell.refused(
            "is not a finite number in single precision", "impute or drop it before the test");
      }
      destination[offset] = value;
    }

    private static double parse(CsvCell cell) {
      try {
        Optional<Double> number = cell.decimal().map(Double::parseDouble);
        if (number.isPresent()) {
          return number.get();
        }
      } catch (NumberFormatException e) {
        // Refused below, with the same message as the others.
      }
      if (cell.value().isBlank()) {
        throw cell.refused(
            "",
            "impute or drop it before the test, or allow it with .allowingMissing() for a model"
                + " that takes NaN");
      }
      throw cell.refused(
          "is not a number",
          "declare the column with .categorical(\"%1$s\", values…), or with .text(\"%1$s\") if the model takes it as it stands, or leave it out of the features"
              .formatted(cell.column()));
    }
  }

  /** A text as it stands: an input of the column's name, and no feature. */
  record Text(String name) implements CsvColumn {

    @Override
    public List<String> features() {
      return List.of();
    }

    @Override
    public void encode(CsvCell cell, double[] destination, int offset) {}
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
    public void encode(CsvCell cell, double[] destination, int offset) {
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

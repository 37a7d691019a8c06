package dev.touchstone.data;

import dev.touchstone.data.format.TableCell;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.data.format.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** How one column of a CSV file becomes features, or an input beside them. */
sealed interface TableColumn {

  /** The column's name in the header. */
  String name();

  /** The names of the features that it becomes, in order. */
  List<String> features();

  /**
   * Writes a value's features.
   *
   * @param row stands at the value's row
   * @param position the column's
   * @param destination holds zeros from {@code offset} on
   * @throws dev.touchstone.runtime.TouchstoneException if the value cannot be used
   */
  void encode(TableRows row, int position, double[] destination, int offset);

  /** A number as it stands. */
  record Numeric(String name) implements TableColumn {

    @Override
    public List<String> features() {
      return List.of(name);
    }

    @Override
    public void encode(TableRows row, int position, double[] destination, int offset) {
      double value = row.number(position);
      if (!Float.isFinite((float) value)) {
        throw refused(row, position, value);
      }
      row.requireExact(position, value);
      destination[offset] = value;
    }

    private static RuntimeException refused(TableRows row, int position, double value) {
      TableCell cell = row.cell(position);
      String lower = cell.value().strip().toLowerCase(Locale.ROOT);
      if (!Double.isNaN(value) || lower.matches("[+-]?inf(inity)?")) {
        return cell.refused(
            "is not a finite number in single precision; impute or drop it before the test");
      }
      if (lower.isEmpty() && row.isUnnamed(position)) {
        return cell.missing(
            "the column has no name either: leave it out if it is none, by .without(\"%1$s\"), without = \"%1$s\" in @DatasetUnderTest or \"without\": [\"%1$s\"] in the schema"
                .formatted(cell.column()));
      }
      if (lower.isEmpty()) {
        return cell.missing(
            "impute or drop it before the test, or allow it with .allowingMissing() for a model"
                + " that takes NaN");
      }
      return cell.refused(
          row.aboutNumber(cell)
              .orElse(
                  "is not a number; declare the column with .categorical(\"%1$s\", values…), or with .text(\"%1$s\") if the model takes it as it stands, or leave it out of the features, with .without(\"%1$s\") where none is declared"
                      .formatted(cell.column())));
    }
  }

  /** True or false, as 1 or 0. */
  record Truth(String name) implements TableColumn {

    @Override
    public List<String> features() {
      return List.of(name);
    }

    @Override
    public void encode(TableRows row, int position, double[] destination, int offset) {
      String text = row.text(position).strip();
      if (text.equalsIgnoreCase("true")) {
        destination[offset] = 1;
      } else if (!text.equalsIgnoreCase("false")) {
        TableCell cell = row.cell(position);
        throw text.isEmpty()
            ? cell.missing("impute or drop it before the test")
            : cell.refused(
                "is neither true nor false",
                (text.equals("0") || text.equals("1")
                        ? "declare the column as .numeric(\"%s\")"
                        : "write true and false in its place, or declare the column with"
                            + " .categorical(\"%s\", values…), which makes a feature of each value")
                    .formatted(name));
      }
    }
  }

  /** A text as it stands: an input of the column's name, and no feature. */
  record Text(String name) implements TableColumn {

    @Override
    public List<String> features() {
      return List.of();
    }

    @Override
    public void encode(TableRows row, int position, double[] destination, int offset) {}
  }

  /** One of several values, as one feature each: 1 where the value is that, else 0. */
  record Categorical(String name, List<String> values, Words positions) implements TableColumn {

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
      return new Categorical(name, List.copyOf(values), Words.of(values));
    }

    @Override
    public List<String> features() {
      List<String> features = new ArrayList<>();
      values.forEach(value -> features.add(name + "=" + value));
      return features;
    }

    @Override
    public void encode(TableRows row, int position, double[] destination, int offset) {
      int value = row.index(position, positions);
      if (value < 0) {
        TableCell cell = row.cell(position);
        String cure =
            "add it to the schema, if the model was trained with it, or map it before the test";
        throw cell.value().isBlank()
            ? cell.missing(cure)
            : cell.refused("is none of its values " + values, cure);
      }
      destination[offset + value] = 1;
    }
  }
}

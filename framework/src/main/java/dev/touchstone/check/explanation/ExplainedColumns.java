package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Maps of a row as bars, a line for each column of the data, those that matter most first. */
final class ExplainedColumns {
  private static final int MOST_ROWS = 30;
  private static final int MOST_CHARACTERS = 80;

  private ExplainedColumns() {}

  /**
   * Returns the figure.
   *
   * @param example one row
   * @param labels of the maps
   * @throws dev.touchstone.runtime.TouchstoneException for a map of other values than the row's
   */
  static Table of(Dataset example, List<String> labels, List<Attribution> maps) {
    Inputs inputs = example.inputs(0, 1);
    List<String> values = values(inputs);
    List<Table.Column> columns = new ArrayList<>(List.of(new Table.Column("value")));
    double[] most = new double[values.size()];
    for (int m = 0; m < maps.size(); m++) {
      double[] map = maps.get(m).maps()[0];
      ExplanationPanel.requireLength(labels.get(m), map.length, most.length);
      columns.add(new Table.Column(cut(labels.get(m))).withBars());
      double largest = Arrays.stream(map).map(Math::abs).max().orElse(0);
      for (int c = 0; c < most.length && largest > 0; c++) {
        most[c] = Math.max(most[c], Math.abs(map[c]) / largest);
      }
    }
    List<String> names = inputs.columns();
    List<Table.Row> rows =
        IntStream.range(0, most.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -most[c]))
            .limit(MOST_ROWS)
            .map(
                c -> {
                  List<Table.Cell> cells = new ArrayList<>(List.of(Table.text(values.get(c))));
                  maps.forEach(map -> cells.add(Table.number(map.maps()[0][c])));
                  return new Table.Row(cut(names.isEmpty() ? "feature " + c : names.get(c)), cells);
                })
            .toList();
    return new Table(
        "columns",
        "What speaks for the answer%s"
            .formatted(
                most.length > MOST_ROWS
                    ? ", the %d columns of %d that matter most".formatted(MOST_ROWS, most.length)
                    : ""),
        "column",
        columns,
        rows);
  }

  /** As many as the inputs name columns, in their order. */
  private static List<String> values(Inputs inputs) {
    List<String> values = new ArrayList<>();
    for (double value : inputs.exactFeatures().values()) {
      values.add(Numbers.format(value));
    }
    for (String name : inputs.names()) {
      add(values, inputs.named(name).orElseThrow());
    }
    return values;
  }

  private static void add(List<String> values, TypedTensor input) {
    if (input instanceof TypedTensor.Texts texts) {
      for (String text : texts.values()) {
        values.add(cut(text));
      }
    } else if (input instanceof TypedTensor.Integers integers) {
      Arrays.stream(integers.values()).mapToObj(Long::toString).forEach(values::add);
    } else if (input instanceof TypedTensor.Booleans booleans) {
      for (boolean truth : booleans.values()) {
        values.add(Boolean.toString(truth));
      }
    } else if (input instanceof TypedTensor.Doubles doubles) {
      Arrays.stream(doubles.values()).mapToObj(Numbers::format).forEach(values::add);
    } else if (input instanceof Tensor singles) {
      for (float value : singles.values()) {
        values.add(Numbers.format(value));
      }
    }
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS - 1) + "…";
  }
}

package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.format.ParquetTable;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Numbers of many pages and groups of rows are those that follow from a row's position: {@code
 * parquet_numbers.py}.
 */
class ParquetNumbersTest {
  private static final int ROWS = 5000;

  private static double expected(String column, int row) {
    IntToDoubleFunction number =
        switch (column) {
          case "tenth" -> i -> i % 7 == 3 ? Double.NaN : i * 0.1;
          case "square" -> i -> i * i * 0.001 - 5;
          case "eighth" -> i -> i % 1024 == 1023 ? Double.NaN : i / 8.0;
          case "int" -> i -> i * 7 - 10000;
          case "long" -> i -> i / 1500 % 2 == 1 ? Double.NaN : i * 1_000_003L;
          case "thirteen" -> i -> i % 13 == 5 ? Double.NaN : i % 13;
          case "half" -> i -> i % 3 * 0.5;
          default -> i -> Double.NaN;
        };
    return number.applyAsDouble(row);
  }

  private static String file(String name) {
    return "classpath:parquet/numbers/%s.parquet".formatted(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "dictionary", "delta", "required"})
  void everyNumberIsTheOneThatWasWritten(String name) {
    Dataset data = Datasets.parquet(file(name)).label("y", "no", "yes").allowingMissing().load();
    assertThat(data.size()).isEqualTo(ROWS);
    List<String> columns = data.featureNames();
    double[] row = new double[columns.size()];
    for (int i = 0; i < ROWS; i++) {
      data.features().read(i, row, 0);
      int at = i;
      assertThat(row)
          .isEqualTo(columns.stream().mapToDouble(column -> expected(column, at)).toArray());
      assertThat(data.label(i)).isEqualTo(i % 2);
    }
  }

  @Test
  void timesOfTheDayAreTextsAndNoNumbers() throws IOException {
    try (ParquetTable table = ParquetTable.open(Location.of(file("times")))) {
      for (String second : List.of("00:00:00", "01:01:01", "23:59:59")) {
        assertThat(table.next()).isTrue();
        assertThat(table.text(0)).isEqualTo(second + ".005");
        assertThat(table.text(1)).isEqualTo(second + ".000005");
        assertThat(table.text(2)).isEqualTo(second + ".000000005");
      }
    }
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.parquet(file("times")).label("y", "no", "yes").load())
        .withMessageContaining("column \"ms\": \"00:00:00.005\" is a time of day and no number");
  }

  /** Whether a row's numbers are asked for together or one by one, and of which rows. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "dictionary", "delta", "required"})
  void howTheyAreAskedForDoesNotMatter(String name) throws IOException {
    for (int every : new int[] {1, 3, 700, 1024, 1500}) {
      try (ParquetTable table = ParquetTable.open(Location.of(file(name)))) {
        List<String> columns = table.names().subList(0, table.names().size() - 1);
        int[] wanted = IntStream.range(0, columns.size()).filter(c -> c % 2 == every % 2).toArray();
        table.expectNumbers(wanted);
        double[] together = new double[wanted.length];
        int copied = 0;
        for (int i = 0; table.next(); i++) {
          if (i % every != every / 2) {
            continue;
          }
          boolean plain = i % (2 * every) < every && table.numbers(together, 0);
          copied += plain ? 1 : 0;
          for (int c = 0; c < columns.size(); c++) {
            double expected = expected(columns.get(c), i);
            assertThat(Double.compare(table.number(c), expected))
                .as("%s of %d", columns.get(c), i)
                .isZero();
            assertThat(table.isBlank(c)).isEqualTo(Double.isNaN(expected));
          }
          for (int slot = 0; plain && slot < wanted.length; slot++) {
            assertThat(together[slot]).isEqualTo(expected(columns.get(wanted[slot]), i));
          }
        }
        if (name.equals("required")) {
          assertThat(copied).isGreaterThan(0);
        }
      }
    }
  }
}

package dev.touchstone.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page on attribution methods says by how much maps differ at most from other implementations',
 * and is held to it. To write the table anew, with a margin of two (of 1.3 between what is drawn),
 * run this test with {@code -Dpage.write=true}.
 */
class OracleTableTest {
  private static final Path PAGE = Path.of("../docs/attribution-methods.md");
  private static final String BEGIN = "<!-- largest differences, by OracleTableTest -->";
  private static final String END = "<!-- end of largest differences -->";

  /** What processors may differ by. */
  private static final double FLOOR = 1e-12;

  private static final String NOTHING = "–";
  private static final OracleTable TABLE = new OracleTable();

  private record Case(OracleTable.Row row, String model, DoubleSupplier difference) {
    @Override
    public String toString() {
      return row.method() + " beside " + row.oracle() + ", " + model;
    }
  }

  static Stream<Case> cases() {
    return TABLE.cells().entrySet().stream()
        .flatMap(
            row ->
                new TreeMap<>(row.getValue())
                    .entrySet().stream()
                        .map(cell -> new Case(row.getKey(), cell.getKey(), cell.getValue())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noMapDiffersByMoreThanThePageSays(Case test) throws IOException {
    String said = table(page()).get(key(test.row)).get(OracleTable.MODELS.indexOf(test.model));
    assertThat(test.difference.getAsDouble()).isLessThanOrEqualTo(Double.parseDouble(said));
  }

  @Test
  void thePageHasTheseComparisonsAndNoOthers() throws IOException {
    if (Boolean.getBoolean("page.write")) {
      String page = page();
      int from = page.indexOf(BEGIN) + BEGIN.length();
      Files.writeString(
          PAGE, page.substring(0, from) + "\n" + written() + page.substring(page.indexOf(END)));
    }
    Map<String, List<String>> table = table(page());
    assertThat(table.keySet())
        .containsExactlyElementsOf(
            TABLE.cells().keySet().stream().map(OracleTableTest::key).toList());
    TABLE
        .cells()
        .forEach(
            (row, cells) -> {
              List<String> said = table.get(key(row));
              for (String model : OracleTable.MODELS) {
                assertThat(!said.get(OracleTable.MODELS.indexOf(model)).equals(NOTHING))
                    .as("%s of %s is on the page", row.method(), model)
                    .isEqualTo(cells.containsKey(model));
              }
            });
  }

  private static String key(OracleTable.Row row) {
    return row.method() + " | " + row.oracle();
  }

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  /** The cells of each row, by what is compared. */
  private static Map<String, List<String>> table(String page) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    page.substring(page.indexOf(BEGIN), page.indexOf(END))
        .lines()
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .forEach(
            line -> {
              String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
              rows.put(cells[0] + " | " + cells[1], List.of(cells).subList(2, cells.length));
            });
    return rows;
  }

  private static String written() {
    List<String> lines = new ArrayList<>();
    lines.add("| method | beside | " + String.join(" | ", OracleTable.MODELS) + " |");
    lines.add("|---|---|" + "---|".repeat(OracleTable.MODELS.size()));
    TABLE
        .cells()
        .forEach(
            (row, cells) ->
                lines.add(
                    "| %s | %s |"
                        .formatted(
                            key(row),
                            OracleTable.MODELS.stream()
                                .map(model -> cell(row, cells.get(model)))
                                .collect(Collectors.joining(" | ")))));
    return String.join("\n", lines) + "\n";
  }

  private static String cell(OracleTable.Row row, DoubleSupplier difference) {
    if (difference == null) {
      return NOTHING;
    }
    double most = Math.max(FLOOR, difference.getAsDouble() * (row.sampled() ? 1.3 : 2));
    double power = Math.pow(10, Math.floor(Math.log10(most)));
    double digit = Math.ceil(most / power);
    return row.sampled()
        ? String.format(Locale.ROOT, "%.1f", Math.ceil(most * 10) / 10)
        : String.format(Locale.ROOT, "%.0e", digit * power).replaceAll("e-0?", "e-");
  }
}

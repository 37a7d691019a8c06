package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.format.CsvFormat;
import dev.touchstone.data.format.CsvTable;
import dev.touchstone.data.format.RowPipe;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that several threads read together: the result is that of one. */
class LargeTableTest {
  private static final int ROWS = 40_000;

  @TempDir Path folder;

  private final double[] numbers = new double[3 * ROWS];
  private final List<String> names = new ArrayList<>();
  private final int[] labels = new int[ROWS];

  private Path table(int brokenRow, String broken) throws IOException {
    SplittableRandom random = new SplittableRandom(13);
    StringBuilder text = new StringBuilder("a,b,c,name,y\n");
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < 3; j++) {
        double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(8));
        numbers[3 * i + j] = value;
        text.append(i == brokenRow && j == 1 ? broken : Double.toString(value)).append(',');
      }
      String name = i % 7 == 0 ? "Doe, \"J\"\n" + i % 20 : "plain " + i % 20;
      names.add(name);
      labels[i] = random.nextInt(2);
      text.append('"').append(name.replace("\"", "\"\"")).append("\",").append(labels[i]);
      text.append(i % 3 == 0 ? "\r\n" : "\n");
    }
    return Files.writeString(folder.resolve("large.csv"), text);
  }

  private static Dataset read(Path file) {
    return Datasets.csv(file.toString()).label("y", "0", "1").groups("name").load();
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("touchstone-rows", "touchstone-cells");
  }

  @Test
  void theDataAreThoseThatWereWritten() throws IOException {
    Dataset data = read(table(-1, ""));
    assertThat(data.sha256())
        .isEqualTo(
            Dataset.named("made")
                .features(FeatureStore.inMemory(numbers, 3))
                .labels(labels)
                .classNames(List.of("0", "1"))
                .column("name", names)
                .build()
                .sha256());
    assertThat(data.id(ROWS - 1)).isEqualTo(Integer.toString(ROWS - 1));
  }

  /** Numbers of columns that are no features are read where they are asked for. */
  @Test
  void valuesAndWeightsAreThoseThatWereWritten() throws IOException {
    Dataset data =
        Datasets.csv(table(-1, "").toString()).value("b", "").weight("y").numeric("a", "c").load();
    double[] row = new double[2];
    for (int i = 0; i < ROWS; i++) {
      data.features().read(i, row, 0);
      assertThat(row).containsExactly(numbers[3 * i], numbers[3 * i + 2]);
      assertThat(data.target(i)).isEqualTo(numbers[3 * i + 1]);
    }
    double[] weights = data.trainingWeights().orElseThrow();
    assertThat(weights).containsExactly(Arrays.stream(labels).asDoubleStream().toArray());
  }

  @Test
  void whatIsWrongInTheMiddleIsNamedWithItsRowAndLine() throws IOException {
    Path file = table(30_000, "x");
    // Every seventh row takes two lines, from the first one on.
    long line = 1 + 30_001 + (30_000 / 7 + 1);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("row 30001 (line %d), column \"b\": \"x\" is not a number", line);
  }

  @Test
  void aRowThatIsNoneIsComeToAfterAllBeforeIt() throws IOException {
    Path first = table(39_000, "1,2");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> read(first))
        .withMessageContaining("row 39001")
        .withMessageContaining("has 6 values and the header 5 columns");
    Path unclosed = folder.resolve("unclosed.csv");
    Files.writeString(unclosed, Files.readString(table(20_000, "x")) + "1,2,3,\"never,0\n");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> read(unclosed))
        .as("the first mistake of the file, though the last one is met before")
        .withMessageContaining("row 20001");
  }

  @Test
  void anInterruptedThreadReadsOnAndStaysInterrupted() throws IOException {
    Path file = table(-1, "");
    String sha256 = read(file).sha256();
    Thread.currentThread().interrupt();
    try {
      assertThat(read(file).sha256()).isEqualTo(sha256);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** What goes wrong while rows are kept is thrown where they are read. */
  @Test
  void aRowThatCannotBeKeptStopsTheReading() {
    RowPipe pipe =
        new RowPipe(
            2,
            (id, values, from) -> {
              if (values[from] == 50_000) {
                throw new TouchstoneException("no room for " + id);
              }
            });
    try (pipe) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(
              () -> {
                for (int i = 0; i < 1_000_000; i++) {
                  pipe.values()[pipe.from()] = i;
                  pipe.add("x" + i);
                }
              })
          .withMessage("no room for x50000");
    }
  }

  @Test
  void aTableThatIsNotReadToItsEndIsClosed() throws IOException {
    try (CsvTable table = CsvTable.open(Location.of(table(-1, "").toString()), CsvFormat.DEFAULT)) {
      for (int i = 0; i < 20_000; i++) {
        assertThat(table.next()).isTrue();
        assertThat(table.number(2)).isEqualTo(numbers[3 * i + 2]);
      }
    }
  }
}

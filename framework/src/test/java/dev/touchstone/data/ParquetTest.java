package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.format.ParquetTable;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.data.format.Words;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files, and what they hold, are pandas' and pyarrow's: {@code parquet_tables.py}. */
class ParquetTest {
  @TempDir Path folder;

  private static ParquetSource people(String file) {
    return Datasets.parquet("classpath:parquet/%s.parquet".formatted(file)).label("y", "no", "yes");
  }

  private static JsonObject expected() throws IOException {
    try (InputStreamReader in =
        new InputStreamReader(
            Objects.requireNonNull(ParquetTest.class.getResourceAsStream("/parquet/expected.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "snappy", "zstd2", "gzip", "lz4", "delta"})
  void everyTypeEncodingAndCompressionIsReadAsPyarrowReadsIt(String file) throws IOException {
    JsonObject expected = expected();
    int rows = 0;
    int missing = 0;
    try (ParquetTable table =
        ParquetTable.open(Location.of("classpath:parquet/%s.parquet".formatted(file)))) {
      assertThat(table.names()).containsExactlyElementsOf(expected.keySet());
      for (; table.next(); rows++) {
        for (Map.Entry<String, JsonElement> column : expected.entrySet()) {
          String value = column.getValue().getAsJsonArray().get(rows).getAsString();
          int position = table.position(column.getKey());
          isEqual(table, position, column.getKey().replace("?", ""), value);
          missing += value.isEmpty() ? 1 : 0;
        }
      }
    }
    assertThat(rows).isEqualTo(40);
    assertThat(missing).isGreaterThan(100);
  }

  private static void isEqual(TableRows table, int position, String column, String value) {
    String text = table.text(position);
    assertThat(table.isBlank(position)).as(column).isEqualTo(value.isEmpty());
    if (value.isEmpty()) {
      assertThat(table.number(position)).isNaN();
      return;
    }
    switch (column) {
      case "text", "large", "category", "date" -> {
        assertThat(text).as(column).isEqualTo(value);
        assertThat(table.number(position)).isNaN();
        assertThat(table.index(position, Words.of(List.of("x", value)))).isEqualTo(1);
      }
      case "micros" -> assertThat(Instant.parse(text)).isEqualTo(Instant.parse(value));
      case "millis", "nanos" ->
          assertThat(LocalDateTime.parse(text)).isEqualTo(LocalDateTime.parse(value));
      case "bool" -> {
        assertThat(text).isEqualTo(value);
        assertThat(table.number(position)).isEqualTo(value.equals("true") ? 1 : 0);
      }
      case "half", "float", "double" ->
          assertThat(table.number(position)).as(column).isEqualTo(Double.parseDouble(value));
      default -> {
        assertThat(text).as(column).isEqualTo(value);
        assertThat(table.number(position)).as(column).isEqualTo(Double.parseDouble(value));
      }
    }
  }

  @Test
  void timestampsOfSparksFirstVersionsAreRead() throws IOException {
    JsonArray nanos = expected().getAsJsonArray("nanos?");
    try (ParquetTable table = ParquetTable.open(Location.of("classpath:parquet/int96.parquet"))) {
      for (int i = 0; table.next(); i++) {
        String value = nanos.get(i).getAsString();
        assertThat(table.text(1))
            .isEqualTo(value.isEmpty() ? "" : Instant.parse(value + "Z").toString());
      }
    }
  }

  /** Columns that stand at other rows than the one that is asked for, from group to group. */
  @Test
  void columnsMayBeAskedForAtTimes() throws IOException {
    JsonObject expected = expected();
    try (ParquetTable table = ParquetTable.open(Location.of("classpath:parquet/zstd2.parquet"))) {
      for (int row = 0; table.next(); row++) {
        if (row % 5 == 3) {
          isEqual(table, table.position("text?"), "text", at(expected, "text?", row));
        }
        if (row % 9 == 8) {
          isEqual(table, table.position("int64"), "int64", at(expected, "int64", row));
        }
      }
    }
  }

  private static String at(JsonObject expected, String column, int row) {
    return expected.getAsJsonArray(column).get(row).getAsString();
  }

  @Test
  void aDataFrameIsReadAsItIsKept() {
    Dataset data =
        people("range-index")
            .categorical("job", "baker", "nurse", "smith")
            .without("hired")
            .allColumns()
            .allowingMissing()
            .load();

    assertThat(data.featureNames())
        .containsExactly("age", "pay", "children", "smokes", "job=baker", "job=nurse", "job=smith");
    assertThat(data.batch(0, 2).values())
        .containsExactly(31, 1.5f, 0, 1, 0, 1, 0, 42, Float.NaN, Float.NaN, 0, 0, 0, 1);
    assertThat(data.labels()).containsExactly(0, 1, 0, 1);
    assertThat(data.facts().texts())
        .containsEntry("columns left out", "\"hired\"")
        .containsEntry("missing values", "2, kept");
  }

  @Test
  void theIndexOfADataFrameIsNoFeatureAndMayBeTheId() {
    ParquetSource unnamed = people("index").without("hired", "job").allowingMissing();
    assertThat(unnamed.load().featureNames()).containsExactly("age", "pay", "children", "smokes");
    assertThat(unnamed.load().facts().texts())
        .containsEntry("columns left out", "\"job\", \"hired\", \"__index_level_0__\", an index");
    assertThat(unnamed.id("__index_level_0__").load().id(1)).isEqualTo("3");
    ParquetSource named = people("named-index").without("hired", "job").allowingMissing();
    assertThat(named.load().featureNames()).doesNotContain("key");
    assertThat(named.id("key").load().id(3)).isEqualTo("d");
    assertThat(people("reset-index").load().featureNames())
        .as(
            "a column that was the index before is one like others, and too short to be asked"
                + " about")
        .containsExactly("index", "age");
  }

  @Test
  void theHashIsThatOfTheSameTableInCsv() throws IOException {
    StringBuilder csv = new StringBuilder("double,float?,int64,y\n");
    JsonObject expected = expected();
    for (int i = 0; i < 40; i++) {
      csv.append(at(expected, "double", i)).append(',');
      csv.append(at(expected, "float?", i)).append(',');
      csv.append(at(expected, "int64", i)).append(',');
      csv.append(at(expected, "text", i)).append('\n');
    }
    Path table = Files.writeString(folder.resolve("a.csv"), csv);
    assertThat(
            Datasets.parquet("classpath:parquet/snappy.parquet")
                .label("text")
                .numeric("double", "float?", "int64")
                .allowingMissing()
                .load()
                .sha256())
        .isEqualTo(Datasets.csv(table.toString()).label("y").allowingMissing().load().sha256());
  }

  @ParameterizedTest
  @ValueSource(strings = {"polars", "duckdb", "fastparquet"})
  void otherWritersFilesHoldTheSameAsTheirTable(String writer) {
    assertThat(
            meaning(Datasets.parquet("classpath:parquet/writers/%s.parquet".formatted(writer)))
                .sha256())
        .isEqualTo(meaning(Datasets.csv("classpath:parquet/writers/rows.csv")).sha256());
  }

  /** Snappy, decimals in 4, 8 and 13 bytes, timestamps in 12 or 8; the values are the script's. */
  @ParameterizedTest
  @ValueSource(strings = {"spark-int96", "spark-micros"})
  void filesOfSparkHoldWhatSparkWasGiven(String writer) throws IOException {
    String file = "classpath:parquet/writers/%s.parquet".formatted(writer);
    Dataset data =
        Datasets.parquet(file)
            .id("id")
            .label("sold", "no", "yes")
            .groups("district", "day")
            .without("seen")
            .allColumns()
            .allowingMissing()
            .load();

    assertThat(data.featureNames())
        .containsExactly(
            "rooms", "big", "small", "price", "wide", "huge", "area", "rate", "balcony");
    double[] row = new double[9];
    for (int i = 0; i < 40; i++) {
      boolean absent = i % 7 == 3;
      data.features().read(i, row, 0);
      assertThat(row)
          .as("row %d", i)
          .containsExactly(
              absent ? Double.NaN : i % 5,
              i * 1e12,
              i - 20,
              absent ? Double.NaN : i * 12345 / 100.0,
              (i * 1000003 - 5_000_000) / 10000.0,
              (i % 2 == 0 ? i : -i) * 1e12,
              i / 7.0,
              absent ? Double.NaN : i * 0.5,
              absent ? Double.NaN : 1 - i % 2);
      assertThat(data.id(i)).isEqualTo("f%02d".formatted(i));
      assertThat(data.label(i)).isEqualTo(i % 3 == 0 ? 1 : 0);
      assertThat(data.value("district", i)).isEqualTo(i % 2 == 0 ? "north" : "east");
      assertThat(data.value("day", i)).isEqualTo(LocalDate.of(1969, 12, 20).plusDays(i).toString());
    }
    try (ParquetTable table = ParquetTable.open(Location.of(file))) {
      int seen = table.position("seen");
      for (int i = 0; table.next(); i++) {
        Instant at =
            Instant.parse("2024-01-01T00:00:00Z").plusSeconds(3600L * i).plusNanos(1000L * i);
        assertThat(table.text(seen)).isEqualTo(i % 7 == 3 ? "" : at.toString());
      }
    }
  }

  private static <S extends TableSource<S>> Dataset meaning(S source) {
    return source
        .label("y", "bad", "good")
        .groups("word")
        .bool("truth")
        .allColumns()
        .allowingMissing()
        .load();
  }

  private static void refused(TableSource<?> source, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining(message);
  }

  @Test
  void whatIsNoNumberIsNamedByItsType() {
    ParquetSource source = people("range-index");
    refused(
        source.without("job", "hired"),
        "row 2, column \"pay\": the value is missing; impute or drop it before the test, or allow"
            + " it with .allowingMissing()");
    refused(
        source.allowingMissing(),
        "row 1, column \"job\": \"nurse\" is a text and no number; declare the column with"
            + " .categorical(\"job\", values…)");
    refused(
        source.allowingMissing().without("job"),
        "column \"hired\": \"2020-01-01T00:00\" is a timestamp and no number; make numbers of it");
    refused(
        people("large-whole"),
        "\"9007199254740993\" is a whole number that no double holds; leave the column out");
    refused(
        people("nested"),
        "column \"tags\" holds lists or records; leave it out, .without(\"tags\"), write");
    assertThat(people("nested").without("tags", "place").load().size()).isEqualTo(2);
    refused(people("nested").numeric("z"), "has no column \"z\"; it has [x, tags, place, y]");
    refused(people("empty"), "has a header and no rows");
    refused(people("brotli"), "is compressed with BROTLI; write it with snappy, zstd, gzip");
    refused(
        people("range-index").numeric("age").value("job", ""), "\"nurse\" is a text and no number");
  }

  /** What a user reads whose class path lacks one of the optional libraries. */
  @ParameterizedTest
  @CsvSource({
    "parquet-, is read by Apache Parquet",
    "parquet-format, is read by Apache Parquet",
    "aircompressor, is compressed with SNAPPY",
  })
  void aLibraryThatIsMissingIsNamed(String artifact, String message) throws Exception {
    String known =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> others = new ArrayList<>();
    for (String entry : known.split(File.pathSeparator)) {
      if (!Path.of(entry).getFileName().toString().startsWith(artifact)) {
        others.add(Path.of(entry).toAbsolutePath().toUri().toURL());
      }
    }
    Path file = Files.write(folder.resolve("a.parquet"), bytes("snappy"));
    try (URLClassLoader loader =
        new URLClassLoader(others.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> datasets = loader.loadClass(Datasets.class.getName());
      Object source = datasets.getMethod("parquet", String.class).invoke(null, file.toString());
      Class<?> table = loader.loadClass(TableSource.class.getName());
      Object labelled =
          table
              .getMethod("label", String.class, String[].class)
              .invoke(source, "text", new String[0]);
      assertThatThrownBy(() -> table.getMethod("load").invoke(labelled))
          .cause()
          .hasMessageContaining(file + "")
          .hasMessageContaining(message)
          .hasMessageContaining("add " + Dependencies.parquet());
    }
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ParquetTest.class.getResourceAsStream("/parquet/%s.parquet".formatted(file)))) {
      return in.readAllBytes();
    }
  }

  @Test
  void aFileThatIsNoneIsRefused() throws IOException {
    Path none = Files.writeString(folder.resolve("none.parquet"), "x,y\n1,2\n");
    refused(
        Datasets.parquet(none.toString()).label("y"),
        "none.parquet is no Parquet file: it does not end as one does; is it truncated?");
    byte[] whole = bytes("plain");
    byte[] encrypted = whole.clone();
    encrypted[encrypted.length - 1] = 'E';
    Path file = Files.write(folder.resolve("e.parquet"), encrypted);
    refused(Datasets.parquet(file.toString()).label("y"), "is encrypted; write it without");
  }

  /** Whatever byte is another: an answer or a refusal that names the file, and nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {"snappy", "zstd2", "gzip", "lz4", "delta"})
  void damagedFilesAreRefusedOrRead(String name) throws IOException {
    byte[] whole = bytes(name);
    List<String> columns = new ArrayList<>(expected().keySet());
    columns.removeIf(column -> column.matches("(text|large|category|date|millis|micros|nanos).*"));
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] damaged = whole.clone();
      damaged[(int) ((long) i * whole.length / 200)] ^= (byte) (1 << i % 8);
      Path file = Files.write(folder.resolve("d.parquet"), damaged);
      try {
        Datasets.parquet(file.toString())
            .label("text")
            .groups("category", "micros")
            .numeric(columns.toArray(String[]::new))
            .allowingMissing()
            .load();
      } catch (TouchstoneException e) {
        assertThat(e).hasMessageContaining("d.parquet");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10);
    for (int length : new int[] {0, 3, 8, 100, whole.length / 2, whole.length - 1}) {
      Path file = Files.write(folder.resolve("t.parquet"), Arrays.copyOf(whole, length));
      refused(Datasets.parquet(file.toString()).label("text"), "t.parquet");
    }
  }
}

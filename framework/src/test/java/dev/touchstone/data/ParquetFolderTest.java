package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Folders that {@code parquet_parts.py} had Spark and pyarrow write; the table is made here again.
 */
class ParquetFolderTest {
  private static final List<String> DISTRICTS = List.of("north", "south west", "a/b:c=d%", "", "");

  @TempDir Path folder;

  private static ParquetSource parts(String name) {
    return Datasets.parquet("classpath:parquet/parts/" + name).id("id").label("sold", "no", "yes");
  }

  /** By id, what stands in a row. */
  private static TreeMap<String, String> rows(Dataset data, String... columns) {
    TreeMap<String, String> rows = new TreeMap<>();
    double[] row = new double[data.features().rowSize()];
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, row, 0);
      StringBuilder all = new StringBuilder();
      for (double value : row) {
        all.append(value).append(' ');
      }
      all.append(data.label(i));
      for (String column : columns) {
        all.append(' ').append(data.value(column, i));
      }
      rows.put(data.id(i), all.toString());
    }
    return rows;
  }

  private static TreeMap<String, String> expected(boolean year, boolean withoutDistrict) {
    TreeMap<String, String> rows = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      if (withoutDistrict || !DISTRICTS.get(i % 5).isEmpty()) {
        rows.put(
            "f%02d".formatted(i),
            "%s %s%d"
                .formatted(
                    (double) i * i, year ? (double) (2020 + i % 2) + " " : "", i % 3 == 0 ? 1 : 0));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"spark", "spark/", "spark-by"})
  void thePartsOfSparkAreOneTable(String name) {
    Dataset data = parts(name).without("district").load();

    assertThat(data.featureNames()).containsExactly("area", "year");
    assertThat(data.name()).isEqualTo(name.replace("/", ""));
    assertThat(rows(data)).isEqualTo(expected(true, true));
  }

  /** As Hive has it, all after it, and Spark of an empty text. */
  @Test
  void aPartitionThatIsMissingIsAMissingValue() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> parts("spark-by").groups("district").load())
        .withMessageContaining(
            "year=2020/part-00000-c000.snappy.parquet, row 1, column \"district\"")
        .withMessageContaining("the value is missing; name those whose group is not known");
    Dataset data = parts("spark-by").text("district").allColumns().allowingMissing().load();
    TypedTensor.Texts districts =
        (TypedTensor.Texts) data.inputs(0, data.size()).named("district").orElseThrow();

    assertThat(data.featureNames()).containsExactly("area", "year");
    for (int i = 0; i < data.size(); i++) {
      assertThat(districts.values()[i])
          .isEqualTo(DISTRICTS.get(Integer.parseInt(data.id(i).substring(1)) % 5));
    }
  }

  @Test
  void whatFoldersAreNamedForIsWrittenAsItWas() {
    Dataset data = parts("pyarrow-by").groups("district").load();
    TreeMap<String, String> expected = expected(true, false);
    expected.replaceAll(
        (id, row) ->
            "%s %s"
                .formatted(
                    row,
                    DISTRICTS
                        .get(Integer.parseInt(id.substring(1)) % 5)
                        .replace("south west", "süd")));

    assertThat(rows(data, "district")).isEqualTo(expected);
  }

  private void copy(String from, String to) throws IOException {
    Path file = folder.resolve(to);
    Files.createDirectories(file.getParent());
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/parquet/" + from))) {
      Files.copy(in, file);
    }
  }

  private void refused(String... parts) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> Datasets.parquet(folder.toString()).id("id").label("sold", "no", "yes").load())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static final String PART = "parts/spark/part-00000-c000.snappy.parquet";

  @Test
  void whatLiesBesideThePartsIsNotPassedOver() throws IOException {
    refused("holds no Parquet file; give the folder that was written");
    copy(PART, "part-00000.parquet");
    Path text = Files.writeString(folder.resolve("notes.csv"), "");
    refused("notes.csv is no Parquet file by its name, and would be left out; remove it");
    Files.delete(text);
    Path inner = Files.createDirectory(folder.resolve("old"));
    refused("the folder old in it is no partition, such as district=north");
    Files.delete(inner);
    Files.writeString(folder.resolve("_SUCCESS"), "");
    Files.writeString(folder.resolve(".part-00000.parquet.crc"), "");

    assertThat(
            Datasets.table(folder + "/part-00000.parquet")
                .id("id")
                .label("sold", "no", "yes")
                .without("district")
                .load()
                .size())
        .isEqualTo(
            Datasets.parquet(folder.toString())
                .id("id")
                .label("sold", "no", "yes")
                .without("district")
                .load()
                .size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"_delta_log", ".hoodie", "metadata", "_temporary"})
  void tablesOfWhichALogSaysWhatCountsAreRefused(String inside) throws IOException {
    copy(PART, "part-00000.parquet");
    Files.createDirectory(folder.resolve(inside));

    refused(
        inside.equals("_temporary")
            ? "it is still written"
            : "in which a log says which files count",
        inside);
  }

  @Test
  void partsOfSeveralTablesAreRefused() throws IOException {
    copy(PART, "year=2020/part-00000.parquet");
    refused("\"year\" stands in the files and in the names of their folders");
    copy(PART, "region=a/part-00000.parquet");
    refused("is partitioned by [region] at region=a", "and by [year] at year=2020");
    copy("writers/duckdb.parquet", "region=b/part-00000.parquet");
    Files.delete(folder.resolve("year=2020/part-00000.parquet"));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Datasets.parquet(folder.toString())
                    .label("sold", "no", "yes")
                    .without("id", "district")
                    .groups("region")
                    .load())
        .withMessageContaining("part-00000.parquet has the columns [whole, real, truth,");
  }
}

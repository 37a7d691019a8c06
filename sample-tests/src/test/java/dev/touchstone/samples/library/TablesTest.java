package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code docs/data.md} shows of tables. */
@Tag("library")
@ModelTest
class TablesTest {

  @DatasetUnderTest(
      value = "classpath:tables/flats.csv",
      delimiter = ';',
      decimalComma = true,
      thousands = ".",
      id = "listing",
      label = "sold",
      classes = {"no", "yes"},
      features = {"rooms", "area", "price"},
      groups = "district",
      missing = "NA")
  static Dataset flats;

  @DatasetUnderTest(value = "classpath:tables/flats.csv", schema = "classpath:tables/flats.json")
  static Dataset bySchema;

  @DatasetUnderTest(
      value = "classpath:tables/flats.npz",
      features = "x",
      label = "sold",
      classes = {"no", "yes"},
      groups = "district",
      missing = "")
  static Dataset arrays;

  @DatasetUnderTest(
      value = "classpath:tables/flats.jsonl",
      label = "sold",
      classes = {"no", "yes"},
      features = {"rooms", "area", "price"},
      missing = "")
  static Dataset lines;

  @DatasetUnderTest(
      value = "classpath:tables/flats.parquet",
      label = "sold",
      classes = {"no", "yes"},
      without = "district",
      groups = "quarter",
      missing = "")
  static Dataset parquet;

  private static Dataset separateArrays() {
    return Datasets.npy("classpath:tables/x.npy")
        .label("classpath:tables/sold.npy", "no", "yes")
        .featureNames("rooms", "area", "price")
        .allowingMissing()
        .load();
  }

  private static Dataset sparse() {
    return Datasets.libsvm("classpath:tables/flats.svm").oneBased(3).label("-1", "+1").load();
  }

  private static Dataset inJava() {
    return Datasets.csv("classpath:tables/flats.csv")
        .delimiter(';')
        .decimalComma()
        .thousands('.')
        .id("listing")
        .label("sold", "no", "yes")
        .groups("district")
        .bool("balcony")
        .allColumns()
        .allowingMissing("NA")
        .load();
  }

  private static Dataset oneByOne() {
    return Datasets.csv("classpath:tables/flats.csv")
        .delimiter(';')
        .label("sold", "no", "yes")
        .numeric("rooms")
        .bool("balcony")
        .categorical("district", "north", "east", "south")
        .load();
  }

  @Test
  void theAnnotationReadsThem() {
    assertThat(flats.featureNames()).containsExactly("rooms", "area", "price");
    assertThat(flats.batch(0, 4).values())
        .containsExactly(3, 72.5f, 1250, 2, 48, 980.5f, 4, Float.NaN, 1810, 1, 31.25f, 610);
    assertThat(flats.classNames()).containsExactly("no", "yes");
  }

  @Test
  void theSchemaSaysTheSameAsJava() {
    assertThat(inJava().featureNames()).containsExactly("rooms", "area", "price", "balcony");
    assertThat(bySchema.sha256()).isEqualTo(inJava().sha256());
    assertThat(bySchema.value("district", 3)).isEqualTo("east");
  }

  @Test
  void featuresMayBeDeclaredOneByOne() {
    assertThat(oneByOne().featureNames())
        .containsExactly("rooms", "balcony", "district=north", "district=east", "district=south");
    assertThat(oneByOne().sha256())
        .isEqualTo(
            Datasets.csv("classpath:tables/flats.csv")
                .schema("classpath:tables/one-by-one.json")
                .load()
                .sha256());
  }

  @Test
  void otherFormatsHoldTheSame() {
    float[] numbers = flats.batch(0, 4).values();
    assertThat(arrays.batch(0, 4).values()).containsExactly(numbers);
    assertThat(arrays.value("district", 3)).isEqualTo("east");
    assertThat(lines.batch(0, 4).values()).containsExactly(numbers);
    assertThat(parquet.featureNames()).containsExactly("rooms", "area", "price", "balcony");
    assertThat(parquet.batch(3).values()).containsExactly(1, 31.25f, 610, 0);
    assertThat(parquet.value("quarter", 0)).isEqualTo("Q1");
    assertThat(separateArrays().batch(0, 4).values()).containsExactly(numbers);
    assertThat(separateArrays().labels()).containsExactly(flats.labels());
    assertThat(sparse().batch(0, 2).values()).containsExactly(3, 72.5f, 1250, 2, 48, 980.5f);
    assertThat(sparse().labels()).containsExactly(1, 0, 1, 0);
  }

  @Test
  void whatIsNotSaidIsRefusedWithWhatToWrite() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv("classpath:tables/flats.csv").label("sold").load())
        .withMessageContaining("Say .delimiter(';'), or delimiter = ';' in @DatasetUnderTest");
  }
}

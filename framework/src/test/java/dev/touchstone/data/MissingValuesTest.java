package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.contamination.SetColumn;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingValuesTest {
  @TempDir Path folder;

  private CsvSource people(String... rows) throws IOException {
    Path file = folder.resolve("people.csv");
    Files.writeString(file, "age,pay,job,y\n" + String.join("\n", rows) + "\n");
    return Datasets.csv(file.toString()).label("y", "0", "1").numeric("age", "pay").text("job");
  }

  @Test
  void anEmptyCellOrAWordOfTheirsIsMissing() throws IOException {
    Dataset data = people("31,,nurse,0", "NA,1.5,,1", "40,2,smith,1").allowingMissing("NA").load();

    assertThat(data.batch(0, 3).values()).containsExactly(31, Float.NaN, Float.NaN, 1.5f, 40, 2);
    assertThat(data.inputs(1).named("job"))
        .get()
        .isInstanceOfSatisfying(
            TypedTensor.Texts.class, texts -> assertThat(texts.values()).containsExactly(""));
    assertThat(data.facts().texts()).containsEntry("missing values", "2, kept");
    assertThat(data.features().isDouble()).isFalse();
    assertThat(data.identicalExamples()).isZero();
  }

  @Test
  void theSchemaSaysIt() throws IOException {
    Path schema = folder.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"label": "y", "classes": ["0", "1"], "missing": ["NA"],
         "features": [{"name": "age", "type": "numeric"}, {"name": "pay", "type": "numeric"}]}
        """);
    people("31,,nurse,0", "NA,1.5,,1");

    assertThat(
            Datasets.csv(folder.resolve("people.csv").toString())
                .schema(schema.toString())
                .load()
                .sha256())
        .isEqualTo(
            Datasets.csv(folder.resolve("people.csv").toString())
                .label("y", "0", "1")
                .numeric("age", "pay")
                .allowingMissing("NA")
                .load()
                .sha256());
  }

  @Test
  void withoutItTheyAreRefusedWithTheCure() throws IOException {
    CsvSource source = people("31,,nurse,0");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining("column \"pay\": the value is missing")
        .withMessageContaining("allow it with .allowingMissing()");
    CsvSource word = people("31,NA,nurse,0").allowingMissing("?");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(word::load)
        .withMessageContaining("\"NA\" is not a number");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Dataset.named("nan")
                    .features(FeatureStore.inMemory(new float[] {1, Float.NaN}, 1))
                    .labels(0, 1)
                    .build())
        .withMessageContaining("is NaN; impute or drop it");
  }

  @Test
  void aLabelIsNeverMissing() throws IOException {
    CsvSource source = people("31,2,nurse,").allowingMissing();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining("column \"y\": the value is missing");
  }

  @Test
  void infinityIsRefusedAllTheSame() throws IOException {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Dataset.named("infinite")
                    .features(FeatureStore.inMemory(new float[] {1, Float.POSITIVE_INFINITY}, 1))
                    .labels(0, 1)
                    .allowingMissing()
                    .build())
        .withMessageContaining("is Infinity");
  }

  @Test
  void examplesThatMissTheSameAreCopies() {
    Dataset data =
        Dataset.named("copies")
            .features(FeatureStore.inMemory(new float[] {1, Float.NaN, 1, Float.NaN, 1, 0}, 2))
            .labels(0, 0, 0)
            .classNames(List.of("a", "b"))
            .allowingMissing()
            .build();

    assertThat(data.identicalExamples()).isEqualTo(1);
  }

  @Test
  void aColumnIsSetWhereItIsMissingToo() throws IOException {
    Dataset data = people("31,,nurse,0", "30,1.5,,1").allowingMissing().load();

    assertThat(SetColumn.of("pay", 3).addedTo(data).batch(0, 2).values())
        .containsExactly(31, 3, 30, 3);
  }
}

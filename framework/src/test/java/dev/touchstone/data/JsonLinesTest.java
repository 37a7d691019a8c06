package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
  @TempDir Path folder;

  private JsonLinesSource lines(String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), String.join("\n", lines) + "\n");
    return Datasets.jsonLines(file.toString()).label("y", "no", "yes");
  }

  private static void refused(TableSource<?> source, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining(message);
  }

  @Test
  void objectsAreTheRowsOfATable() throws IOException {
    Dataset data =
        lines(
                "{\"age\": 31, \"job\": \"n\\u00fcrse\", \"smokes\": true, \"y\": \"no\"}",
                "",
                "{\"y\": \"yes\", \"smokes\": false, \"job\": \"smith\", \"age\": 4.5e1}\r")
            .bool("smokes")
            .groups("job")
            .allColumns()
            .load();

    assertThat(data.featureNames()).containsExactly("age", "smokes");
    assertThat(data.batch(0, 2).values()).containsExactly(31, 1, 45, 0);
    assertThat(data.labels()).containsExactly(0, 1);
    assertThat(data.value("job", 0)).isEqualTo("nürse");
  }

  @Test
  void theHashIsThatOfTheSameTableInCsv() throws IOException {
    SplittableRandom random = new SplittableRandom(12);
    StringBuilder csv = new StringBuilder("a,t,y\n");
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      double a = Double.longBitsToDouble(random.nextLong() & 0x3fffffffffffffffL);
      String t = "t" + random.nextInt(5);
      String y = random.nextBoolean() ? "yes" : "no";
      csv.append(a).append(',').append(t).append(',').append(y).append('\n');
      json.append("{\"a\": %s, \"t\": \"%s\", \"y\": \"%s\"}\n".formatted(a, t, y));
    }
    Path table = Files.writeString(folder.resolve("a.csv"), csv);
    assertThat(lines(json.toString()).text("t").allColumns().load().sha256())
        .isEqualTo(
            Datasets.csv(table.toString())
                .label("y", "no", "yes")
                .text("t")
                .allColumns()
                .load()
                .sha256());
  }

  @Test
  void nullAndAKeyThatIsNotThereAreMissing() throws IOException {
    JsonLinesSource source =
        lines("{\"a\": 1, \"y\": \"no\"}", "{\"a\": null, \"y\": \"no\"}", "{\"y\": \"no\"}");
    refused(source, "row 2 (line 2), column \"a\": the value is missing; impute or drop it");
    assertThat(source.allowingMissing().load().batch(0, 3).values())
        .containsExactly(1, Float.NaN, Float.NaN);
  }

  /** As a log has them. */
  @Test
  void whatHoldsSeveralMayBeLeftOut() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("log.jsonl"),
            """
            {"a": 1, "client": {"os": "x"}, "tags": [], "y": 0}
            {"a": 2, "client": {"os": "z"}, "tags": [1], "y": 1}
            """);
    JsonLinesSource source = Datasets.jsonLines(file.toString()).label("y");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageEndingWith("or leave it out, .without(\"client\")");
    assertThat(source.without("client", "tags").load().featureNames()).containsExactly("a");
    assertThat(source.numeric("a").load().featureNames()).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"5\" | \"5\" is a text; write the number without quotes",
        "\"NA\" | \"NA\" is not a number, and may stand for a missing value",
        "\"x\" | \"x\" is not a number; declare the column with .categorical(\"a\", values…)",
        "true | \"true\" is not a number; say .bool(\"a\")",
        "[1] | line 1, \"a\" is a list; expected a number, a text, true, false or null",
        "{\"b\": 1} | line 1, \"a\" is an object",
        "NaN | line 1 is no JSON object",
        "1e999 | is not a finite number in single precision",
      })
  void whatIsNoNumberIsNamed(String value, String message) throws IOException {
    refused(lines("{\"a\": " + value + ", \"y\": \"no\"}"), message);
  }

  @Test
  void linesThatAreNoneAreRefused() throws IOException {
    refused(
        lines("[", "{\"a\": 1, \"y\": \"no\"}", "]"),
        "is one JSON list; write one object a line, such as by df.to_json(file,"
            + " orient=\"records\", lines=True, double_precision=15)");
    refused(
        lines("{\"a\": 1, \"y\": \"no\"}", "{\"a\": 1, \"b\": 2, \"y\": \"no\"}"),
        "line 2 has a key \"b\" that the first object has not");
    refused(
        lines("{\"a\": 1, \"a\": 2, \"y\": \"no\"}"),
        "line 1 is no JSON object: it says \"a\" twice");
    refused(lines("{\"a\": 1, \"y\": \"no\"}", "{\"a\": "), "line 2 is no JSON object");
    refused(lines(""), "is empty; expected one JSON object a line");
    refused(
        lines("{\"a\": 1, \"y\": \"no\"}").numeric("b"),
        "has no column \"b\"; its first object has [a, y]. Correct the name");
  }

  @Test
  void howACsvFileIsWrittenSaysNothingHere() throws IOException {
    Path schema =
        Files.writeString(folder.resolve("s.json"), "{\"label\": \"y\", \"delimiter\": \";\"}");
    JsonLinesSource source = lines("{\"a\": 1, \"y\": \"no\"}");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> source.schema(schema.toString()))
        .withMessageContaining("is no CSV file, and the schema says how one is written");
  }

  @Test
  void aWholeNumberThatNoDoubleHoldsIsRefused() throws IOException {
    refused(
        lines("{\"a\": 1234567890123456789, \"y\": \"no\"}", "{\"a\": 1, \"y\": \"yes\"}"),
        "row 1 (line 1), column \"a\": \"1234567890123456789\" is a whole number that no double"
            + " holds; leave the column out, .without(\"a\")");
  }
}

package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake in a CSV file has its own message: where, what, and the cure. */
class CsvBadInputTest {
  @TempDir Path folder;

  private static final UnaryOperator<dev.touchstone.data.CsvSource> LABELLED =
      source -> source.label("y", "0", "1");

  private void refused(
      String content, UnaryOperator<dev.touchstone.data.CsvSource> meaning, String message)
      throws IOException {
    refused(content.getBytes(StandardCharsets.UTF_8), meaning, message);
  }

  private void refused(
      byte[] content, UnaryOperator<dev.touchstone.data.CsvSource> meaning, String message)
      throws IOException {
    String file = Files.write(folder.resolve("a.csv"), content).toString();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> meaning.apply(Datasets.csv(file)).load())
        .withMessage(message.replace("FILE", file));
  }

  @Test
  void aMissingFileIsNamedWithThePlaceWhereItWasLookedFor() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv("no/such.csv"))
        .withMessage(
            "no readable file \"no/such.csv\"; looked at "
                + Path.of("no/such.csv").toAbsolutePath()
                + "; give a path relative to the working directory, file:… or classpath:…");
  }

  @Test
  void aFileWithoutADeclaredLabelIsRefused() throws IOException {
    refused(
        "x,y\n1,0\n",
        source -> source,
        "FILE: which column is the label? Give a schema, or in Java .label(\"column\", classes…),"
            + " or label = \"column\" in @DatasetUnderTest");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    refused(
        "", LABELLED, "FILE is empty; expected a header with the columns' names and rows below it");
  }

  @Test
  void aHeaderWithoutRowsIsRefused() throws IOException {
    refused(
        "x,y\n",
        LABELLED,
        "FILE has a header and no rows; nothing can be claimed about no examples");
  }

  @Test
  void aMissingHeaderIsToldByTheMissingLabelColumn() throws IOException {
    refused(
        "39,State-gov,0\n38,Private,1\n",
        LABELLED,
        "FILE has no column \"y\"; its first row, taken as the header, is [39, State-gov, 0]."
            + " Correct the name, or add the header if it is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "x;y ! ` separated by \";\". Say .delimiter(';'), or delimiter = ';' in @DatasetUnderTest,"
            + " or \"delimiter\": \";\" in the schema`",
        "x\ty ! ` separated by tabs. Say .delimiter('\\t'), or delimiter = '\\t' in"
            + " @DatasetUnderTest, or \"delimiter\": \"\\t\" in the schema`",
        "x|y ! ` separated by \"|\". Say .delimiter('|')`",
        "x, y ! `Take out the blanks beside its commas, which belong to the names and values`",
      })
  void otherSeparatorsAreNamed(String header, String cure) throws IOException {
    Path file = Files.writeString(folder.resolve("other.csv"), header + "\n1,0\n");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> LABELLED.apply(Datasets.csv(file.toString())).load())
        .withMessageContaining("has no column \"y\"; its first row, taken as the header, is [x")
        .withMessageContaining(cure);
  }

  /** As R's write.csv2 writes it. */
  @Test
  void anotherSeparatorBesideQuotesIsNamed() throws IOException {
    refused(
        "\"x\";\"y\"\n1,5;0\n",
        LABELLED,
        "FILE is no CSV file: a value in quotes ends before \";\", and columns are separated by"
            + " \",\". Say .delimiter(';'), or delimiter = ';' in @DatasetUnderTest, or"
            + " \"delimiter\": \";\" in the schema");
  }

  @Test
  void anUnknownGroupColumnIsRefused() throws IOException {
    refused(
        "x,y\n1,0\n",
        source -> source.label("y").groups("sex"),
        "FILE has no column \"sex\"; its first row, taken as the header, is [x, y]. Correct the"
            + " name, or add the header if it is missing");
  }

  @Test
  void aColumnThatOccursTwiceIsRefused() throws IOException {
    refused("x,y,x\n1,0,2\n", LABELLED, "FILE: two columns have the name \"x\"; rename one");
  }

  @Test
  void aRaggedRowIsRefused() throws IOException {
    refused(
        "x,y\n1,0\n1,0,5\n",
        LABELLED,
        "FILE, row 2 (line 3) has 3 values and the header 2 columns; quote values that hold a comma"
            + " or a line break; where a comma stands before decimals, have columns separated by"
            + " another character and say .delimiter(';').decimalComma()");
  }

  @Test
  void rowsAreCountedByRecordAndLinesByLine() throws IOException {
    refused(
        "x,g,y\n1,\"two\nlines\",0\n2,0\n",
        source -> source.label("y").groups("g"),
        "FILE, row 2 (line 4) has 2 values and the header 3 columns; quote values that hold a comma"
            + " or a line break; where a comma stands before decimals, have columns separated by"
            + " another character and say .delimiter(';').decimalComma()");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "0x1p3", "1f", "2d", "1 2", "--1", "1e", "1e5.0", "1_000", "१"})
  void aTextInANumericColumnIsRefused(String text) throws IOException {
    refused(
        "x,y\n1,0\n\"" + text + "\",1\n",
        LABELLED,
        "FILE, row 2 (line 3), column \"x\": \""
            + text
            + "\" is not a number; declare the column with .categorical(\"x\", values…), or with"
            + " .text(\"x\") if the model takes it as it stands, or leave it out of the"
            + " features, with .without(\"x\") where none is declared");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Infinity", "-Infinity", "inf", "1e39", "1e400"})
  void aNumberThatIsNotFiniteIsRefused(String text) throws IOException {
    refused(
        "x,y\n" + text + ",1\n",
        LABELLED,
        "FILE, row 1 (line 2), column \"x\": \""
            + text
            + "\" is not a finite number in single precision; impute or drop it before the test");
  }

  @Test
  void aMissingNumberIsRefused() throws IOException {
    refused(
        "x,y\n,1\n",
        LABELLED,
        "FILE, row 1 (line 2), column \"x\": the value is missing; impute or drop it before the"
            + " test, or allow it with .allowingMissing() for a model that takes NaN");
  }

  @Test
  void aCategoryThatIsNotInTheListIsRefused() throws IOException {
    refused(
        "job,y\nsmith,1\nSmith,1\n",
        source -> source.label("y").categorical("job", "smith", "tailor"),
        "FILE, row 2 (line 3), column \"job\": \"Smith\" is none of its values [smith, tailor]; add"
            + " it to the schema, if the model was trained with it, or map it before the test");
  }

  @Test
  void aLabelOutsideTheClassesIsRefused() throws IOException {
    refused(
        "x,y\n1,2\n",
        LABELLED,
        "FILE, row 1 (line 2), column \"y\": \"2\" is none of the classes [0, 1]; correct the"
            + " label, or the declared classes");
  }

  @Test
  void aMissingLabelIsRefused() throws IOException {
    refused(
        "x,y\n1,\n",
        LABELLED,
        "FILE, row 1 (line 2), column \"y\": the value is missing; drop the example, or label it");
  }

  @Test
  void aMissingGroupIsRefused() throws IOException {
    refused(
        "x,g,y\n1,,0\n",
        source -> source.label("y").groups("g"),
        "FILE, row 1 (line 2), column \"g\": the value is missing; name those whose group is not"
            + " known, such as \"unknown\"");
  }

  @Test
  void anIdThatOccursTwiceIsRefused() throws IOException {
    refused(
        "id,x,y\na,1,0\nb,1,0\na,1,1\n",
        source -> source.label("y").id("id"),
        "a.csv: the id \"a\" occurs twice; ids have to be unique to be stable");
  }

  @Test
  void aFileWithoutAColumnForFeaturesIsRefused() throws IOException {
    refused(
        "id,y\na,0\n",
        source -> source.label("y").id("id"),
        "FILE has no column left to be a feature; its columns are [id, y]");
  }

  @Test
  void theLabelCannotBeAFeature() throws IOException {
    refused(
        "x,y\n1,0\n",
        source -> source.label("y").numeric("x", "y"),
        "FILE: the label \"y\" is declared as a feature; remove it");
  }

  @Test
  void aFeatureCannotBeDeclaredTwice() throws IOException {
    refused(
        "x,y\n1,0\n",
        source -> source.label("y").numeric("x", "x"),
        "FILE: the feature \"x\" is declared twice; remove one");
  }

  @Test
  void aTruncatedGzipFileIsRefused() throws IOException {
    byte[] whole = zipped("x,y\n" + "1.25,0\n".repeat(1000));
    refused(
        Arrays.copyOf(whole, whole.length - 20),
        LABELLED,
        "FILE ends within its compressed data: the file is truncated; fetch it again");
  }

  @Test
  void aDamagedGzipFileIsRefused() throws IOException {
    byte[] whole = zipped("x,y\n1.25,0\n");
    whole[whole.length - 8] ^= 1;
    refused(whole, LABELLED, "FILE is a damaged gzip file: Corrupt GZIP trailer; fetch it again");
  }

  private static byte[] zipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** The first bytes of each are what {@code zip}, {@code xz} and the others write. */
  @ParameterizedTest
  @CsvSource({
    "504b030414000000080000, is a ZIP archive",
    "d0cf11e0a1b11ae10000, is a workbook of an old Excel: save the sheet",
    "425a68393141592653590a, is compressed with bzip2: unpack it",
    "fd377a585a000004e6d6, is compressed with xz: unpack it",
    "28b52ffd04580d010041, is compressed with Zstandard: unpack it",
    "5041523115041508151c, is a Parquet file: read it by Datasets.parquet",
    "4152524f57310000ffff, is an Arrow or Feather file: write it as Parquet",
  })
  void aFileThatIsNoTextIsCalledWhatItIs(String bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.csv"), HexFormat.of().parseHex(bytes));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv(file.toString()).label("y").load())
        .withMessageContaining("a.csv " + message);
  }

  @Test
  void aColumnMayBeCalledLikeTheBeginningOfAnotherFormat() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "PAR1,ARROW1,y\n1,2,0\n3,4,1\n");
    assertThat(Datasets.csv(file.toString()).label("y").load().featureNames())
        .containsExactly("PAR1", "ARROW1");
  }

  @Test
  void bytesAfterAGzippedTableAreRefused() throws IOException {
    byte[] whole = zipped("x,y\n1.25,0\n");
    refused(
        Arrays.copyOf(whole, whole.length + 3),
        LABELLED,
        "FILE is a damaged gzip file: something follows its compressed data; fetch it again");
  }

  @Test
  void oneClassInTwoSpellingsIsRefused() throws IOException {
    String cure = "; write it in one, or declare the classes if they are two";
    refused(
        "x,y\n1,1\n2,0\n3,1.0\n",
        source -> source.label("y"),
        "FILE, column \"y\": one class is written in two ways, \"1\" and \"1.0\"" + cure);
    refused(
        "x,y\n1,yes\n2,no\n3,yes \n",
        source -> source.label("y"),
        "FILE, column \"y\": one class is written in two ways, \"yes\" and \"yes \"" + cure);
  }

  @Test
  void aFileInAnotherEncodingIsRefused() throws IOException {
    refused(
        "x,g,y\n1,Müller,0\n".getBytes(StandardCharsets.ISO_8859_1),
        source -> source.label("y").groups("g"),
        "FILE is not encoded in UTF-8; convert it, for instance with iconv");
  }

  @Test
  void aQuoteThatIsNeverClosedIsRefused() throws IOException {
    refused(
        "x,y\n\"1,0\n2,1\n",
        LABELLED,
        "FILE is no CSV file: the quote \" that opens on line 2 is never closed; close it, or"
            + " double the quotes inside a value");
  }

  @Test
  void aRowThatFillsTheMemoryIsRefused() throws IOException {
    refused(
        "x,y\n\"1" + "0".repeat(17 << 20) + "\",0\n",
        LABELLED,
        "FILE could not be read: a row is longer than 16777216 bytes; is a quote never"
            + " closed?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"lable\": \"y\"} | it has an unknown key \"lable\"",
        "{\"id\": \"y\"} | it names no \"label\", of classes, and no \"value\", of a regression",
        "{\"label\": \"y\", \"features\": [{\"name\": \"x\"}]}"
            + " | a feature needs a \"name\" and a \"type\": {\"name\":\"x\"}",
        "{\"label\": \"y\", \"features\": [{\"name\": \"x\", \"type\": \"date\"}]} | the feature"
            + " \"x\" has the type \"date\", which is neither numeric nor categorical nor boolean"
            + " nor text",
        "{\"label\": \"y\", \"features\": [{\"name\": \"x\", \"type\": \"categorical\"}]}"
            + " | the categorical column \"x\" needs its values: their order is the order of the"
            + " model's inputs",
        "{\"label\": \"y\", \"features\": [{\"name\": \"x\", \"type\": \"categorical\", \"values\":"
            + " [\"a\", \"a\"]}]} | the categorical column \"x\" names a value twice: [a, a]",
        "[] | it is no object, but []",
        "{\"label\": \"y\", \"label\": \"z\"} | it says \"label\" twice in one object, near line 1,"
            + " column 23",
        "{\"label\": \"y\", \"classes\": [\"0\", \"1\",]} | it is not JSON at line 1, column 36: a"
            + " comma with nothing after it; remove the comma",
        "{\"label\": \"y\",} | it is not JSON at line 1, column 14: a comma with nothing after it;"
            + " remove the comma",
        "{label: \"y\"} | it is not JSON near line 1, column 2: expected a name or a value in"
            + " double quotes, a number, [ or {",
        "{\"label\": \"y\"} {} | it is not JSON near line 1, column 16: expected a name or a value"
            + " in double quotes, a number, [ or {",
        "{\"label\": \"y\" | it is not JSON: it ends early",
        "{\"label\": null} | label should be a text, and is null",
        "{\"label\": \"y\", \"classes\": \"0\"} | classes should be a list, and is \"0\"",
        "{\"label\": \"y\", \"classes\": [\"0\", [\"1\"]]} | classes[1] should be a text, and is"
            + " [\"1\"]",
        "{\"label\": \"y\", \"features\": [\"x\"]} | features[0] should be an object, and is \"x\"",
        "{\"label\": \"y\", \"features\": [{\"name\": \"x\", \"type\": \"numeric\", \"mean\": 1}]}"
            + " | features[0] has an unknown key \"mean\"",
        "{\"label\": \"y\", \"features\": [{\"name\": \"x\", \"type\": \"numeric\", \"values\":"
            + " []}]} | the numeric feature \"x\" has values, which only a categorical one has",
        "{\"label\": \"y\", \"classes\": [\"0\", \"0\"]} | the classes name one twice: [0, 0]"
      })
  void aSchemaThatIsNoneIsRefused(String json, String problem) throws IOException {
    String file = Files.writeString(folder.resolve("a.csv"), "x,y\n").toString();
    String schema = Files.writeString(folder.resolve("s.json"), json).toString();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv(file).schema(schema))
        .withMessage(
            schema
                + " is no schema of a table: "
                + problem
                + "; expected {\"id\": …, \"label\": …, \"classes\": […] (or \"value\": …,"
                + " \"unit\": …), \"weight\": …, \"groups\": […], \"features\": [{\"name\": …,"
                + " \"type\": \"numeric\"}, {\"name\": …, \"type\": \"categorical\", \"values\":"
                + " […]}, {\"name\": …, \"type\": \"boolean\"}, {\"name\": …, \"type\": \"text\"}],"
                + " \"columns\": \"all\", \"without\": […], \"missing\": […], \"delimiter\": \";\","
                + " \"quote\": …, \"decimal\": \",\", \"thousands\": …, \"concepts\": […],"
                + " \"importances\": […], \"confidence\": …}");
  }

  @Test
  void aWeightByWhichNobodyCanTrainIsNamedWithItsLine() throws IOException {
    UnaryOperator<dev.touchstone.data.CsvSource> weighted =
        source -> LABELLED.apply(source).weight("w");
    refused(
        "x,w,y\n1,1,0\n2,-3,1\n",
        weighted,
        "FILE, row 2 (line 3), column \"w\": \"-3\" is less than 0; a training weight is 0, which"
            + " leaves the example out of the training, or more");
    refused(
        "x,w,y\n1,,0\n",
        weighted,
        "FILE, row 1 (line 2), column \"w\": the value is missing; give 1, the weight of an example"
            + " like any other");
    refused(
        "x,w,y\n1,NaN,0\n",
        weighted,
        "FILE, row 1 (line 2), column \"w\": \"NaN\" is not a finite number; correct it, or drop"
            + " the example before the test");
    refused(
        "x,w,y\n1,0,0\n2,0,1\n",
        weighted,
        "a.csv: every example has the training weight 0 (column \"w\"), so that nothing could be"
            + " learnt; give one a positive number");
    refused(
        "x,y\n1,0\n",
        source -> LABELLED.apply(source).weight("y"),
        "FILE: the column \"y\" cannot hold the weights and what is to be predicted; name another"
            + " for the weights");
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedInAnyColumn() throws IOException {
    Path latin = folder.resolve("latin.csv");
    for (String row : List.of("é,1,0", "1,é,0", "\"é\",1,0")) {
      Files.write(latin, ("a,b,y\n" + row + "\n").getBytes(StandardCharsets.ISO_8859_1));
      assertThatExceptionOfType(TouchstoneException.class)
          .as(row)
          .isThrownBy(() -> Datasets.csv(latin.toString()).label("y").without("a").load())
          .withMessageContaining("is not encoded in UTF-8");
    }
  }

  @Test
  void aTableInUtf16IsNamed() throws IOException {
    Path wide = folder.resolve("wide.csv");
    Files.write(wide, "\uFEFFa\tb\n1\t2\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv(wide.toString()).label("b").load())
        .withMessage(
            wide
                + " is encoded in UTF-16; convert it to UTF-8, for instance with iconv, or save it"
                + " as \"CSV UTF-8\"");
  }

  /** As a number of its own, a value to predict, and with thousands separated. */
  @Test
  void aWholeNumberThatNoDoubleHoldsIsRefused() throws IOException {
    String cure =
        " is a whole number that no double holds; leave the column out, .without(\"a\"), or take it"
            + " for the id, .id(\"a\")";
    refused(
        "a,y\n9007199254740993,0\n",
        LABELLED,
        "FILE, row 1 (line 2), column \"a\": \"9007199254740993\"" + cure);
    refused(
        "a;y\n-9.007.199.254.740.993;0\n",
        source -> LABELLED.apply(source.delimiter(';').decimalComma().thousands('.')),
        "FILE, row 1 (line 2), column \"a\": \"-9.007.199.254.740.993\"" + cure);
    refused(
        "a,b\n 1234567890123456789 ,0\n",
        source -> source.value("a", "ns"),
        "FILE, row 1 (line 2), column \"a\": \" 1234567890123456789 \"" + cure);
  }
}

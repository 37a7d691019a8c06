package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables as pandas, R, spreadsheets and databases write them; each message's advice is followed.
 */
class CsvAsPeopleHaveItTest {
  @TempDir Path folder;

  private CsvSource table(String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), String.join("\n", lines) + "\n");
    return Datasets.csv(file.toString()).label("y", "0", "1");
  }

  private static double[] features(Dataset data) {
    double[] all = new double[data.size() * data.features().rowSize()];
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, all, i * data.features().rowSize());
    }
    return all;
  }

  private static void refused(CsvSource source, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining(message);
  }

  /** As spreadsheets in Germany, France and Brazil write it; each refusal leads to the next. */
  @Test
  void aTableWithSemicolonsDecimalCommasAndThousandsIsReadByWhatItsMessagesSay()
      throws IOException {
    CsvSource source = table("price;rate;y", "1.234.567,25;0,5;0", "-12;1e3;1", "1.000;,25;1");
    refused(source, "Say .delimiter(';')");
    source = source.delimiter(';');
    refused(source, "say .decimalComma(), or decimalComma = true in @DatasetUnderTest");
    source = source.decimalComma();
    refused(source, "say .thousands('.')");
    source = source.thousands('.');

    assertThat(features(source.load())).containsExactly(1234567.25, 0.5, -12, 1000, 1000, 0.25);
  }

  @Test
  void aSchemaSaysTheSame() throws IOException {
    CsvSource source =
        table("k;price;note;y", "a;1'234,5;'x;y';0", "b;'2';-;1")
            .delimiter(';')
            .quote('\'')
            .decimalComma()
            .thousands(' ');
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "k;price;note;y\na;1 234,5;'x;y';0\nb;'2';-;1\n");
    Path schema =
        Files.writeString(
            folder.resolve("s.json"),
            """
            {"label": "y", "classes": ["0", "1"], "delimiter": ";", "quote": "'", "decimal": ",",
             "thousands": " ", "without": ["note"], "id": "k", "columns": "all"}
            """);

    Dataset data = source.without("note").id("k").load();
    assertThat(features(data)).containsExactly(1234.5, 2);
    assertThat(data.facts().texts()).containsEntry("columns left out", "\"note\"");
    assertThat(Datasets.csv(file.toString()).schema(schema.toString()).load().sha256())
        .isEqualTo(data.sha256());
  }

  @Test
  void numbersSurviveEveryWayToWriteThem() throws IOException {
    SplittableRandom random = new SplittableRandom(6);
    double[] numbers =
        random.doubles(2000, -1e7, 1e7).map(x -> Math.rint(x * 1000) / 1000).toArray();
    String plain =
        Arrays.stream(numbers)
            .mapToObj(x -> new BigDecimal(Double.toString(x)).toPlainString() + ";0")
            .collect(Collectors.joining("\n"));
    assertThat(features(table("x;y", plain).delimiter(';').load())).isEqualTo(numbers);
    assertThat(features(table("x;y", plain.replace('.', ',')).delimiter(';').decimalComma().load()))
        .isEqualTo(numbers);
    for (char separator : new char[] {',', ' ', '\'', '_'}) {
      String grouped =
          Arrays.stream(numbers)
              .mapToObj(x -> String.format(Locale.ROOT, "%,.3f", x).replace(',', separator) + ";0")
              .collect(Collectors.joining("\n"));
      assertThat(features(table("x;y", grouped).delimiter(';').thousands(separator).load()))
          .as("%s", separator)
          .isEqualTo(numbers);
    }
  }

  @Test
  void whatProgramsWriteForABlankOrAnApostropheIsOne() throws IOException {
    assertThat(
            features(
                table("x;y", "1\u00A0234;0", "1\u202F234\u202F567,5;0", "12 345;1")
                    .delimiter(';')
                    .decimalComma()
                    .thousands(' ')
                    .load()))
        .containsExactly(1234, 1234567.5, 12345);
    assertThat(features(table("x,y", "1\u2019234,0").thousands('\'').load())).containsExactly(1234);
    assertThat(features(table("x,y", "\"12,34,567\",0").thousands(',').load()))
        .as("as in India")
        .containsExactly(1234567);
  }

  /**
   * pandas takes commas out wherever they stand: 1,5 is 15 ({@code findings/pandas-thousands.sh}).
   */
  @ParameterizedTest
  @ValueSource(strings = {"1,5", "12,34", "1,2345", ",123", "1,,234", "1234,567", "1,234,5"})
  void aSeparatorThatSeparatesNoThousandsIsRefused(String number) throws IOException {
    CsvSource source = table("x,y", "\"" + number + "\",0").thousands(',');
    refused(source, "column \"x\": \"" + number + "\" is not a number");
  }

  /** pandas makes texts of the whole column. */
  @Test
  void aPointBesideADecimalCommaIsRefused() throws IOException {
    CsvSource source = table("x;y", "1.5;0").delimiter(';').decimalComma();
    refused(
        source,
        "\"1.5\" is not a number as this table is read; a decimal comma was declared: say"
            + " .thousands('.')");
  }

  @Test
  void aPointCannotSeparateBoth() throws IOException {
    refused(
        table("x,y", "1,0").thousands('.'),
        "'.' cannot separate both the thousands and the decimals; say .decimalComma()");
    assertThat(
            features(table("x;y", "1.234,5;0").delimiter(';').thousands('.').decimalComma().load()))
        .as("in either order")
        .containsExactly(1234.5);
  }

  @Test
  void anAmbiguousCommaIsAskedAbout() throws IOException {
    refused(table("x,y", "\"1,500\",0"), "if the comma separates thousands, say .thousands(',')");
    refused(
        table("x,y", "\"1,500\",0"), "; if its decimals stand behind a comma: say .decimalComma()");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1,234,567\"", "\"1,234.5\""})
  void commasThatSeparateThousandsAreNamed(String number) throws IOException {
    CsvSource source = table("x,y", number + ",0");
    refused(source, "commas separate its thousands: say .thousands(','), or thousands = \",\"");
    assertThat(features(source.thousands(',').load())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NA", "nan", "NaN", "N/A", "null", "None", "?", "-", "#N/A", "<NA>"})
  void aWordForWhatIsMissingIsNamed(String word) throws IOException {
    CsvSource source = table("x,y", "1,0", word + ",1");
    refused(
        source,
        "column \"x\": \"%1$s\" is not a number, and may stand for a missing value; impute or drop it before the test, or say .allowingMissing(\"%1$s\")"
            .formatted(word));
    assertThat(features(source.allowingMissing(word).load())).containsExactly(1, Double.NaN);
  }

  /** The words are exact, and so is what the message says to write. */
  @Test
  void aWordWithBlanksAroundItIsNamedAsItStands() throws IOException {
    CsvSource source = table("x,y", "1,0", " NA ,1");
    refused(source, "say .allowingMissing(\" NA \")");
    assertThat(features(source.allowingMissing(" NA ").load())).containsExactly(1, Double.NaN);
  }

  /** It would be a class beside the others. */
  @Test
  void aWordForWhatIsMissingIsNoLabel() throws IOException {
    CsvSource source = table("x,y", "1,a", "NA,b", "2,NA").allowingMissing("NA");
    refused(
        source.label("y"),
        "row 3 (line 4), column \"y\": \"NA\" is a label, and stands for a missing value in this"
            + " table; drop the example, or declare the classes");
    assertThat(source.label("y", "a", "b", "NA").load().label(2)).isEqualTo(2);
  }

  @Test
  void aNumberMayStandForWhatIsMissing() throws IOException {
    assertThat(features(table("x,y", "-999,0", "7,1").allowingMissing("-999").load()))
        .containsExactly(Double.NaN, 7);
  }

  @Test
  void trueAndFalseAreAskedAboutAndRead() throws IOException {
    CsvSource source = table("a,smokes,y", "3,True,0", "4,FALSE,1", "5,true,1");
    refused(source, "or .bool(\"smokes\").allColumns() where no feature is declared");
    Dataset data = source.bool("smokes").allColumns().load();
    assertThat(data.featureNames()).containsExactly("a", "smokes");
    assertThat(features(data)).containsExactly(3, 1, 4, 0, 5, 1);
    assertThat(data.facts().texts())
        .containsEntry("columns", "1 numeric, 1 boolean and 0 one-hot columns as 2 features");
    refused(table("s,y", "yes,0").bool("s"), "\"yes\" is neither true nor false");
    refused(
        table("s,y", "1,0").bool("s"),
        "\"1\" is neither true nor false; declare the column as .numeric(\"s\")");
    Path schema =
        Files.writeString(
            folder.resolve("s.json"),
            """
            {"label": "y", "classes": ["0", "1"], "columns": "all",
             "features": [{"name": "smokes", "type": "boolean"}]}
            """);
    table("a,smokes,y", "3,True,0", "4,FALSE,1", "5,true,1");
    assertThat(
            Datasets.csv(folder.resolve("a.csv").toString())
                .schema(schema.toString())
                .load()
                .sha256())
        .isEqualTo(data.sha256());
  }

  @Test
  void aDateIsNamedAndLeftOut() throws IOException {
    CsvSource source = table("day,x,y", "2024-03-01,1,0", "2024-03-02,2,1");
    refused(source, "is not a number but a date");
    assertThat(source.without("day").load().featureNames()).containsExactly("x");
  }

  @Test
  void aUnitInANumberIsNamed() throws IOException {
    refused(table("x,y", "12 %,0"), "\"12 %\" is a number with its unit");
    refused(table("x,y", "$3.50,0"), "\"$3.50\" is a number with its unit");
  }

  /** {@code DataFrame.to_csv} writes its index first, and no name above it. */
  @Test
  void theIndexOfADataFrameIsNoFeature() throws IOException {
    CsvSource source = table(",x,y", "0,5,0", "1,6,1");
    Dataset data = source.load();
    assertThat(data.featureNames()).containsExactly("x");
    assertThat(data.facts().texts()).containsEntry("columns left out", "\"Unnamed: 0\", an index");
    assertThat(table("Unnamed: 0.1,Unnamed: 0,x,y", "0,0,5,0", "1,1,6,1").load().sha256())
        .as("read and written by pandas twice more")
        .isEqualTo(data.sha256());
    assertThat(table("\"\",\"x\",\"y\"", "\"1\",5,0", "\"2\",6,1").load().sha256())
        .as("R's write.csv")
        .isEqualTo(data.sha256());
    assertThat(table(",x,y", "17,5,0", "4,6,1").id("Unnamed: 0").load().id(1)).isEqualTo("4");
    assertThat(
            table(",x,y", "0,5,0", "1,6,1")
                .numeric("Unnamed: 0")
                .allColumns()
                .load()
                .featureNames())
        .containsExactly("Unnamed: 0", "x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aColumnThatNumbersTheRowsIsAskedAbout(int from) throws IOException {
    String rows =
        IntStream.range(0, 12)
            .mapToObj(i -> i % 5 + "," + (from + i) + "," + i % 2)
            .collect(Collectors.joining("\n"));
    CsvSource source = table("x,row,y", rows);
    refused(
        source,
        "a.csv: the column \"row\" numbers the rows from %d to %d, which a model should not see; say .id(\"row\") if it names the examples, .without(\"row\") to leave it out"
            .formatted(from, from + 11));
    assertThat(source.without("row").load().featureNames()).containsExactly("x");
    assertThat(source.id("row").load().featureNames()).containsExactly("x");
    assertThat(source.numeric("row").allColumns().load().featureNames())
        .containsExactly("x", "row");
    assertThat(table("x,row,y", rows + "\n0,5,0").load().featureNames())
        .as("one row breaks the count")
        .containsExactly("x", "row");
    String fewer = rows.lines().limit(9).collect(Collectors.joining("\n"));
    assertThat(table("x,row,y", fewer).load().featureNames())
        .as("a few rows may count by chance")
        .containsExactly("x", "row");
  }

  @Test
  void aGroupMayBeAFeatureToo() throws IOException {
    Dataset data =
        table("a,age,b,y", "1,30,2,0", "3,40,4,1").groups("age").numeric("age").allColumns().load();
    assertThat(data.featureNames()).containsExactly("a", "age", "b");
    assertThat(data.value("age", 1)).isEqualTo("40");
  }

  @Test
  void aColumnIsLeftOutOrSomethingElse() throws IOException {
    String[] rows = {"a,b,g,y", "1,2,f,0"};
    refused(table(rows).without("c"), "has no column \"c\"");
    refused(
        table(rows).groups("g").without("g"),
        "the column \"g\" is left out and declared as a group; say one of the two");
    refused(
        table(rows).without("y"),
        "the column \"y\" is left out and declared as what is to be predicted");
    refused(
        table(rows).numeric("a").without("g"),
        "[g] cannot be left out of features that are declared one by one");
    assertThat(table(rows).without("a").without("g").load().featureNames()).containsExactly("b");
  }

  /** What spreadsheets take as the delimiter's name. */
  @Test
  void aLineThatNamesTheDelimiterIsNoHeader() throws IOException {
    CsvSource source = table("sep=;", "x;y", "1;0");
    refused(
        source, "says in its first line that columns are separated by \";\". Say .delimiter(';')");
    assertThat(source.delimiter(';').load().featureNames()).containsExactly("x");
    CsvSource inQuotes = table("\"sep=;\"", "x;y", "1;0");
    refused(inQuotes, "Say .delimiter(';')");
    assertThat(inQuotes.delimiter(';').load().featureNames()).containsExactly("x");
  }

  @Test
  void aSeparatorAtTheEndOfEachRowIsNamed() throws IOException {
    refused(table("x,y", "1,0,"), "each row ends with a separator and the header does not");
    CsvSource ofAll = table("x,y,", "1,0,", "2,1,");
    refused(ofAll, "leave it out if it is none, by .without(\"Unnamed: 2\")");
    assertThat(ofAll.without("Unnamed: 2").load().featureNames()).containsExactly("x");
  }

  /** As R's write.table writes them. */
  @Test
  void aHeaderWithoutANameForTheRowNamesIsNamed() throws IOException {
    refused(table("x,y", "1,5,0"), "give the header one, too (col.names = NA)");
  }

  @Test
  void aFormatThatCannotBeIsRefused() throws IOException {
    CsvSource source = table("x,y", "1,0");
    for (UnaryOperator<CsvSource> said :
        Arrays.<UnaryOperator<CsvSource>>asList(
            s -> s.delimiter('a'),
            s -> s.delimiter('\n'),
            s -> s.delimiter('"'),
            s -> s.delimiter('¦'),
            s -> s.quote(','),
            s -> s.thousands('0'),
            s -> s.thousands('-'))) {
      assertThatIllegalArgumentException().isThrownBy(() -> said.apply(source));
    }
  }

  /** Positions are no ids: the first rows of two tables are not the same examples. */
  @Test
  void anAuditSetWithoutIdsSharesNoExampleWithOtherDataWithoutIds() throws IOException {
    AuditSet audit = AuditSet.of(table("x,y", "1,0", "2,1").load());
    Dataset training = table("x,y", "3,0", "4,1").load();
    assertThat(training.hasOwnIds()).isFalse();
    assertThat(audit.removedFrom(training).size()).isEqualTo(2);
    assertThat(audit.removedFrom(table("x,y", "3,0", "2,1").load()).size()).isEqualTo(1);
  }

  /** Up to 2^53 all are; beyond it those that are doubles, and what is written as a measure. */
  @Test
  void wholeNumbersThatDoublesHoldAreTakenHoweverLarge() throws IOException {
    CsvSource source =
        table(
            "a,y",
            "9007199254740992,0",
            "-9007199254740994,1",
            "100000000000000000000,0",
            "9007199254740993.0,1",
            "1234567890123456789e0,0");

    assertThat(features(source.load()))
        .containsExactly(0x1p53, -9007199254740994.0, 1e20, 0x1p53, 1234567890123456789e0);
  }
}

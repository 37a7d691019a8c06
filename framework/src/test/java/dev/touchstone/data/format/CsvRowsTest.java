package dev.touchstone.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle is Apache Commons CSV. */
class CsvRowsTest {
  @TempDir Path folder;

  private List<List<String>> rows(String text, CsvFormat format, int portion) throws IOException {
    Location file = Location.of(Files.createFile(folder.resolve("t.csv")).toString());
    InputStream in =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, portion));
          }
        };
    List<List<String>> all = new ArrayList<>();
    try (CsvRows rows = new CsvRows(file, in, format, 1 + portion)) {
      while (rows.next()) {
        all.add(rows.texts());
      }
    } finally {
      Files.delete(folder.resolve("t.csv"));
    }
    return all;
  }

  private static List<List<String>> expected(String text, CsvFormat format) throws IOException {
    CSVFormat oracle =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(format.delimiter())
            .setQuote(format.quote())
            .setIgnoreEmptyLines(true)
            .get();
    try (CSVParser parser = CSVParser.parse(text, oracle)) {
      return parser.stream().map(CSVRecord::toList).toList();
    }
  }

  @Test
  void rowsAreThoseOfCommonsCsv() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    List<CsvFormat> formats =
        List.of(
            CsvFormat.DEFAULT,
            CsvFormat.DEFAULT.withDelimiter(';'),
            CsvFormat.DEFAULT.withDelimiter('\t').withQuote('\''),
            CsvFormat.DEFAULT.withDelimiter('|'));
    int quoted = 0;
    for (int i = 0; i < 4000; i++) {
      CsvFormat format = formats.get(i % formats.size());
      String text = table(random, format);
      quoted += text.indexOf(format.quote()) >= 0 ? 1 : 0;
      assertThat(rows(text, format, random.nextInt(1, 20)))
          .as(text)
          .isEqualTo(expected(text, format));
    }
    assertThat(quoted).isGreaterThan(1000);
  }

  private static String table(SplittableRandom random, CsvFormat format) {
    String quote = Character.toString(format.quote());
    String inside = "ab1,;\t|\n\r é€😀." + quote;
    String plain = "ab1 é€.-";
    String[] ends = {"\n", "\r\n", "\r"};
    StringBuilder text = new StringBuilder();
    int rows = random.nextInt(6);
    for (int r = 0; r < rows; r++) {
      int cells = random.nextInt(1, 5);
      for (int c = 0; c < cells; c++) {
        text.append(c == 0 ? "" : format.delimiter());
        boolean quoted = random.nextInt(3) == 0;
        String letters = quoted ? inside : plain;
        StringBuilder cell = new StringBuilder();
        int[] points = letters.codePoints().toArray();
        for (int k = random.nextInt(6); k > 0; k--) {
          cell.appendCodePoint(points[random.nextInt(points.length)]);
        }
        text.append(quoted ? quote + cell.toString().replace(quote, quote + quote) + quote : cell);
      }
      text.append(r < rows - 1 || random.nextBoolean() ? ends[random.nextInt(3)] : "");
    }
    return text.toString();
  }

  /** Columns whose numbers are read ahead are the same cells, with the numbers that they hold. */
  @Test
  void numbersReadAheadAreThoseOfTheCells() throws IOException {
    SplittableRandom random = new SplittableRandom(6);
    String[] cells = {
      "1",
      "-2.5",
      "0.1",
      "1e5",
      "-0",
      "",
      " 7 ",
      "+3",
      "x",
      "1,5",
      "12345678901234567890",
      "\"4\"",
      "\"5,\"\"\n6\"",
      "1.2.3",
      "1e",
      "-",
      ".",
      "9007199254740993",
      "1e999",
      "NaN",
      "é",
      "1 234",
      "0.30000000000000004",
      "123456789.123456789",
      "1.234567890123456789e-07",
      "8\"9"
    };
    String[] ends = {"\n", "\r\n", "\r"};
    int finite = 0;
    int copied = 0;
    List<CsvFormat> formats =
        List.of(
            CsvFormat.DEFAULT,
            CsvFormat.DEFAULT.withDelimiter(';').withDecimal(','),
            CsvFormat.DEFAULT.withDelimiter(';').withThousands(' '),
            CsvFormat.DEFAULT.withDecimal(','));
    for (int i = 0; i < 2000; i++) {
      CsvFormat format = formats.get(i % formats.size());
      StringBuilder text = new StringBuilder("a;b;c;d\n".replace(';', format.delimiter()));
      int rows = random.nextInt(1, 30);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < 4; c++) {
          int among = random.nextInt(3) == 0 ? cells.length : 3;
          text.append(c == 0 ? "" : format.delimiter()).append(cells[random.nextInt(among)]);
        }
        text.append(r < rows - 1 || random.nextBoolean() ? ends[random.nextInt(3)] : "");
      }
      int[] wanted = {2, 0, 3};
      double[] together = new double[3];
      try (CsvRows plain = open(text.toString(), format, 1 << 18);
          CsvRows ahead = open(text.toString(), format, random.nextInt(8, 60))) {
        ahead.expectNumbers(wanted, 4);
        while (plain.next()) {
          assertThat(ahead.next()).as(text.toString()).isTrue();
          assertThat(ahead.texts()).as(text.toString()).isEqualTo(plain.texts());
          assertThat(ahead.line()).as(text.toString()).isEqualTo(plain.line());
          boolean all = ahead.size() >= 4 && ahead.numbers(together, 0);
          copied += all ? 1 : 0;
          for (int slot = 0; slot < 3; slot++) {
            int c = wanted[slot];
            if (c < plain.size() && ahead.hasNumber(c)) {
              double expected = format.number(plain.bytes(), plain.from(c), plain.to(c));
              assertThat(Double.doubleToRawLongBits(ahead.number(c)))
                  .as(text.toString())
                  .isEqualTo(Double.doubleToRawLongBits(expected));
              finite += Double.isFinite(expected) ? 1 : 0;
              if (all) {
                assertThat(together[slot]).isEqualTo(expected);
                assertThat(Math.abs(expected)).isLessThan(0x1p53);
              }
            }
          }
        }
        assertThat(ahead.next()).as(text.toString()).isFalse();
      }
    }
    assertThat(finite).isGreaterThan(20_000);
    assertThat(copied).isGreaterThan(3_000);
  }

  private CsvRows open(String text, CsvFormat format, int bytesABlock) throws IOException {
    InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return new CsvRows(Location.of(folder.toString()), in, format, bytesABlock);
  }

  @Test
  void aRowMayBeLongerThanTheBuffer() throws IOException {
    String longText = "0123456789".repeat(100_000);
    assertThat(rows("a,b\n" + longText + ",\"" + longText + "\"\n", CsvFormat.DEFAULT, 1 << 16))
        .containsExactly(List.of("a", "b"), List.of(longText, longText));
  }

  @Test
  void whatStandsBehindAQuotedValueIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> rows("a,b\n\"x\"y,1\n", CsvFormat.DEFAULT, 100))
        .withMessageEndingWith(
            "t.csv is no CSV file: a value in quotes goes on behind them on line 2; double the"
                + " quotes inside a value");
  }
}

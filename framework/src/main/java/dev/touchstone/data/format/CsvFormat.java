package dev.touchstone.data.format;

import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a table is written: what separates its columns, what its texts are quoted with, and how its
 * numbers look.
 *
 * @param thousands what separates groups of digits before the decimal separator; empty for nothing
 */
public record CsvFormat(char delimiter, char quote, char decimal, Optional<Character> thousands) {
  /** RFC 4180's, with points in numbers. */
  public static final CsvFormat DEFAULT = new CsvFormat(',', '"', '.', Optional.empty());

  /** Groups of three, and of two before the last three, as in India. */
  private static final String GROUPED =
      "[+-]?(\\d{1,3}(S\\d{3})+|\\d{1,2}(S\\d{2})+S\\d{3})(P\\d*)?";

  /** Refuses characters that separate nothing, or two things at once. */
  public CsvFormat {
    requireSeparator("delimiter", delimiter);
    requireSeparator("quote", quote);
    if (delimiter == quote) {
      throw new IllegalArgumentException(
          "the delimiter and the quote are both '%s'; give two different characters"
              .formatted(delimiter));
    }
    if (decimal != '.' && decimal != ',') {
      throw new IllegalArgumentException(
          "the decimal separator is '%s', which is neither a point nor a comma".formatted(decimal));
    }
    if (thousands.isPresent()) {
      char separator = thousands.get();
      if (Character.isLetterOrDigit(separator) || "+-\n\r".indexOf(separator) >= 0) {
        throw new IllegalArgumentException(
            "thousands cannot be separated by '%s'; give what stands between the digits, such as ',' or ' '"
                .formatted(separator));
      }
    }
  }

  private static void requireSeparator(String what, char given) {
    boolean usable =
        given < 128 && !Character.isLetterOrDigit(given) && "\n\r\0+-.".indexOf(given) < 0;
    if (!usable) {
      throw new IllegalArgumentException(
          "the %s is %s; give one ASCII character that is no letter, digit, sign, point or line end, such as ';' or '\\t'"
              .formatted(
                  what,
                  given > ' ' && given < 127
                      ? "'" + given + "'"
                      : "the character U+%04X".formatted((int) given)));
    }
  }

  /** Returns the same with another character between columns. */
  public CsvFormat withDelimiter(char other) {
    return new CsvFormat(other, quote, decimal, thousands);
  }

  /** Returns the same with another character around values. */
  public CsvFormat withQuote(char other) {
    return new CsvFormat(delimiter, other, decimal, thousands);
  }

  /** Returns the same with another character in front of decimals. */
  public CsvFormat withDecimal(char other) {
    return new CsvFormat(delimiter, quote, other, thousands);
  }

  /** Returns the same with a character between thousands. */
  public CsvFormat withThousands(char other) {
    return new CsvFormat(delimiter, quote, decimal, Optional.of(other));
  }

  /**
   * Refuses a schema that says how another kind of file is written.
   *
   * @param file what to call the table
   */
  public void requireDefault(String file) {
    if (!equals(DEFAULT)) {
      throw new TouchstoneException(
          "%s is no CSV file, and the schema says how one is written; take delimiter, quote, decimal and thousands out of it"
              .formatted(file));
    }
  }

  /**
   * Refuses what can be read in two ways.
   *
   * @param file what to call the table
   */
  public void requireClear(String file) {
    if (thousands.isPresent() && thousands.get() == decimal) {
      throw new TouchstoneException(
          "%s: '%s' cannot separate both the thousands and the decimals; say .decimalComma() where decimals stand behind a comma, and else not that a comma separates thousands, too"
              .formatted(file, decimal));
    }
  }

  /**
   * Returns the number that some bytes are, with blanks around it or not.
   *
   * @return infinite beyond the range of doubles; NaN for what is no number
   */
  double number(byte[] bytes, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isBlank(bytes[start])) {
      start++;
    }
    while (start < end && isBlank(bytes[end - 1])) {
      end--;
    }
    double number = Decimals.parse(bytes, start, end, (byte) decimal);
    return Double.isNaN(number) && start < end && thousands.isPresent()
        ? grouped(new String(bytes, start, end - start, StandardCharsets.UTF_8))
        : number;
  }

  /** A number's text without what separates its thousands. */
  String ungrouped(String number) {
    return thousands.map(separator -> number.replaceAll(separators(separator), "")).orElse(number);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private double grouped(String text) {
    String bare = text.strip();
    String separator = separators(thousands.orElseThrow());
    String point = Pattern.quote(Character.toString(decimal));
    if (!bare.matches(GROUPED.replace("S", separator).replace("P", point))) {
      return Double.NaN;
    }
    byte[] digits = ungrouped(bare).getBytes(StandardCharsets.US_ASCII);
    return Decimals.parse(digits, 0, digits.length, (byte) decimal);
  }

  /**
   * What programs write in the place of the blank and the apostrophe of a keyboard counts as one.
   */
  private static String separators(char separator) {
    return switch (separator) {
      case ' ' -> "[ \u00A0\u202F\u2009]";
      case '\'' -> "['\u2019]";
      default -> Pattern.quote(Character.toString(separator));
    };
  }
}

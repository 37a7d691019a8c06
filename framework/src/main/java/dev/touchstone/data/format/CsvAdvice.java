package dev.touchstone.data.format;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What to write for a table that is written otherwise than it was read. */
final class CsvAdvice {
  private static final String WHOLE = "[+-]?\\d+";

  /** Groups of three digits, two or more behind the first one: no decimals look so. */
  private static final String GROUPS = "[+-]?\\d{1,3}(S\\d{3}){2,}";

  private static final String BLANKS = "[ \u00A0\u202F\u2009]";
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d*,\\d+([eE][+-]?\\d+)?");
  private static final Pattern ONE_GROUP = Pattern.compile("[+-]?\\d{1,3},\\d{3}");
  private static final Pattern COMMAS =
      Pattern.compile(GROUPS.replace("S", ",") + "|[+-]?\\d{1,3}(,\\d{3})+\\.\\d*");
  private static final Pattern POINTS = Pattern.compile(GROUPS.replace("S", "\\."));
  private static final Pattern POINTS_AND_COMMA = Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3})+,\\d*");
  private static final Pattern BLANKS_AND_COMMA =
      Pattern.compile("[+-]?\\d{1,3}(%s\\d{3})+(,\\d*)?".formatted(BLANKS));
  private static final Pattern BLANKS_AND_POINT =
      Pattern.compile("[+-]?\\d{1,3}(%s\\d{3})+\\.\\d*".formatted(BLANKS));
  private static final Pattern APOSTROPHES =
      Pattern.compile("[+-]?\\d{1,3}(['\u2019]\\d{3})+([.,]\\d*)?");
  private static final Pattern WITH_SIGN =
      Pattern.compile("[+-]?[$€£¥]\\s?[\\d.,]+|[\\d.,+-]+\\s?[%$€£¥]");
  private static final Pattern DATE =
      Pattern.compile("\\d{4}-\\d\\d?-\\d\\d?([T ].*)?|\\d\\d?[./]\\d\\d?[./]\\d{2,4}([T ].*)?");

  /** What programs and people write where a value is missing; the lower case of each. */
  private static final Set<String> MISSING =
      Set.of(
          "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "nil", "?", "-", "--", ".",
          "missing", "unknown");

  private CsvAdvice() {}

  /** How a delimiter is said. */
  static String delimiter(char delimiter) {
    String java = delimiter == '\t' ? "\\t" : Character.toString(delimiter);
    return "Say .delimiter('%1$s'), or delimiter = '%1$s' in @DatasetUnderTest, or \"delimiter\": \"%1$s\" in the schema"
        .formatted(java);
  }

  /**
   * What is to be written about a text where a number was expected, after the text; empty where
   * nothing is known of texts like it.
   *
   * @param column the column's name
   */
  static Optional<String> aboutText(String column, String value) {
    String text = value.strip();
    String lower = text.toLowerCase(Locale.ROOT);
    if (MISSING.contains(lower)) {
      return Optional.of(
          "is not a number, and may stand for a missing value; impute or drop it before the test, or say .allowingMissing(\"%1$s\"), missing = \"%1$s\" in @DatasetUnderTest or \"missing\": [\"%1$s\"] in the schema, for a model that takes NaN"
              .formatted(value));
    }
    if (lower.equals("true") || lower.equals("false")) {
      return Optional.of(
          "is not a number; say .bool(\"%1$s\") in place of .numeric(\"%1$s\"), or .bool(\"%1$s\").allColumns() where no feature is declared, or {\"name\": \"%1$s\", \"type\": \"boolean\"} among the schema's features, for 1 where it is true and 0 where it is false"
              .formatted(column));
    }
    if (DATE.matcher(text).matches()) {
      return Optional.of(
          "is not a number but a date; make numbers of it as the model's trainer did, or leave the column out: .without(\"%1$s\") where no feature is declared, or without = \"%1$s\" in @DatasetUnderTest, or \"without\": [\"%1$s\"] in the schema"
              .formatted(column));
    }
    if (WITH_SIGN.matcher(text).matches()) {
      return Optional.of(
          "is a number with its unit; take the unit out of every value before the test");
    }
    return Optional.empty();
  }

  /** What is to be written about a number of another country. */
  static Optional<String> aboutNotation(String value, CsvFormat format) {
    return written(value.strip(), format).map("is not a number as this table is read; "::concat);
  }

  private static Optional<String> written(String text, CsvFormat format) {
    String comma =
        "its decimals stand behind a comma: say .decimalComma(), or decimalComma = true in"
            + " @DatasetUnderTest, or \"decimal\": \",\" in the schema";
    if (format.decimal() == ',') {
      return text.matches(WHOLE + "\\.\\d+")
          ? Optional.of(
              "a decimal comma was declared: %s if points separate thousands, and leave .decimalComma() out if they separate decimals"
                  .formatted(thousands(".")))
          : grouped(text, format);
    }
    if (ONE_GROUP.matcher(text).matches()) {
      return Optional.of(
          "if the comma separates thousands, %s; if %s".formatted(thousands(","), comma));
    }
    if (COMMAS.matcher(text).matches()) {
      return Optional.of("commas separate its thousands: " + thousands(","));
    }
    if (DECIMAL_COMMA.matcher(text).matches()) {
      return Optional.of(comma);
    }
    if (POINTS_AND_COMMA.matcher(text).matches()) {
      return Optional.of(
          "%s. And points separate its thousands: %s".formatted(comma, thousands(".")));
    }
    return grouped(text, format);
  }

  private static Optional<String> grouped(String text, CsvFormat format) {
    if (POINTS.matcher(text).matches() || POINTS_AND_COMMA.matcher(text).matches()) {
      return Optional.of(
          "points separate its thousands: %s%s"
              .formatted(
                  thousands("."),
                  format.decimal() == ','
                      ? ""
                      : ", and with it .decimalComma(), decimalComma = true or \"decimal\":"
                          + " \",\""));
    }
    if (BLANKS_AND_COMMA.matcher(text).matches() || BLANKS_AND_POINT.matcher(text).matches()) {
      return Optional.of("blanks separate its thousands: " + thousands(" "));
    }
    return APOSTROPHES.matcher(text).matches()
        ? Optional.of("apostrophes separate its thousands: " + thousands("'"))
        : Optional.empty();
  }

  private static String thousands(String separator) {
    return "say .thousands('%s'), or thousands = \"%s\" in @DatasetUnderTest, or \"thousands\": \"%2$s\" in the schema"
        .formatted(separator.equals("'") ? "\\'" : separator, separator);
  }
}

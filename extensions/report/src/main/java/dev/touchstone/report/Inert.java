package dev.touchstone.report;

import dev.touchstone.evidence.PlainText;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Texts of data, models and tests as the page may show them: without control and direction
 * characters, and of bounded length. The templates escape what is left.
 */
final class Inert {
  /** Enough for a sentence; what is longer is no label. */
  private static final int MOST = 1000;

  private Inert() {}

  static String text(String untrusted) {
    return PlainText.of(untrusted, MOST);
  }

  static Map<String, String> texts(Map<String, String> untrusted) {
    Map<String, String> inert = new LinkedHashMap<>();
    untrusted.forEach((name, value) -> inert.put(text(name), text(value)));
    return inert;
  }

  /** A count with a thin mark at the thousands. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** One thing, or several. */
  static String count(long number, String one, String several) {
    return count(number) + " " + (number == 1 ? one : several);
  }
}

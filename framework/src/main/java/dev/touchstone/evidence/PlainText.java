package dev.touchstone.evidence;

import org.apiguardian.api.API;

/**
 * Texts from data and models, made fit to be shown: of bounded length, on one line, and without
 * characters that move a terminal's cursor or turn the direction of reading.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class PlainText {
  private PlainText() {}

  /**
   * The text with control, format and line-separating characters written as {@code \\u001B}, cut
   * after a number of characters.
   */
  public static String of(String text, int mostCharacters) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), mostCharacters));
    int shown = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (shown++ == mostCharacters) {
        return plain.append('…').toString();
      }
      int character = text.codePointAt(i);
      if (isHarmless(character)) {
        plain.appendCodePoint(character);
      } else {
        plain.append(String.format("\\u%04X", character));
      }
    }
    return plain.toString();
  }

  private static boolean isHarmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}

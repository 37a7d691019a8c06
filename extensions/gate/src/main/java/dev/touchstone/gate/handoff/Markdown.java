package dev.touchstone.gate.handoff;

import dev.touchstone.evidence.PlainText;

/** Text from data and models as Markdown that can be nothing but text, in table cells too. */
final class Markdown {
  private static final String ESCAPED = "\\`*_{}[]()#+-!|~^$\"'";
  private static final String ENTITIES = "<>&@:/";
  private static final int LONGEST = 500;

  private Markdown() {}

  /** The text with every character escaped that Markdown, HTML or autolinks could act upon. */
  static String text(String untrusted) {
    StringBuilder markdown = new StringBuilder();
    String plain = PlainText.of(untrusted, LONGEST);
    plain
        .codePoints()
        .forEach(
            character -> {
              if (ENTITIES.indexOf(character) >= 0 || isDotOfAddress(markdown, character)) {
                markdown.append("&#").append(character).append(';');
              } else {
                if (ESCAPED.indexOf(character) >= 0) {
                  markdown.append('\\');
                }
                markdown.appendCodePoint(character);
              }
            });
    return markdown.toString();
  }

  /** GitHub makes links of what begins with "www.". */
  private static boolean isDotOfAddress(StringBuilder before, int character) {
    return character == '.'
        && before.length() >= 3
        && before.substring(before.length() - 3).equalsIgnoreCase("www");
  }
}

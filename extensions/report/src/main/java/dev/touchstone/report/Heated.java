package dev.touchstone.report;

import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.TokenHeat;
import java.text.Bidi;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Texts whose tokens are coloured by what they speak for.
 *
 * @param explained what orange speaks for; empty where there is no text
 * @param words the strongest tokens, for those who do not see colours
 * @param texts the texts
 */
record Heated(String explained, String words, List<Text> texts) {
  static final Heated NONE = new Heated("", "", List.of());

  /** Steps of colour to each side. */
  private static final int STEPS = 5;

  /**
   * One text.
   *
   * @param direction in which it is read: {@code ltr} or {@code rtl}
   * @param strongest the magnitude with the full colour
   */
  record Text(String caption, String direction, String strongest, List<Token> tokens) {}

  /**
   * One token.
   *
   * @param step its class in the style sheet: p1 to p5 for, n1 to n5 against, else empty
   * @param ends whether a line ends with it
   */
  record Token(String text, String number, String step, boolean ends) {}

  static Heated of(TokenHeat figure) {
    return new Heated(
        Inert.text(figure.explained()),
        Charts.inWords(figure),
        figure.texts().stream().map(Heated::text).toList());
  }

  private static Text text(TokenHeat.Text text) {
    String whole = text.tokens().stream().map(TokenHeat.Token::text).collect(Collectors.joining());
    boolean leftToRight = new Bidi(whole, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
    double strongest = text.strongest();
    return new Text(
        Inert.text(text.caption()),
        leftToRight ? "ltr" : "rtl",
        Numbers.format(strongest),
        text.tokens().stream().map(token -> token(token, strongest)).toList());
  }

  private static Token token(TokenHeat.Token token, double strongest) {
    long step = strongest > 0 ? Math.round(Math.abs(token.relevance()) / strongest * STEPS) : 0;
    return new Token(
        visible(token.text()),
        FigureInWords.signed(token.relevance()),
        step == 0 ? "" : (token.relevance() > 0 ? "p" : "n") + step,
        token.text().endsWith("\n"));
  }

  /** Blanks that would not be seen have a sign: a token is looked at, too. */
  static String visible(String token) {
    String shown = token.replace("\r", "").replace("\n", "↵").replace("\t", "⇥");
    return Inert.text(shown.isBlank() ? shown.replace(' ', '␣').replace('\u00a0', '␣') : shown);
  }
}

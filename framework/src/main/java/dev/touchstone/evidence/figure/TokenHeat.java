package dev.touchstone.evidence.figure;

import java.util.List;

/**
 * Texts whose tokens speak for or against what is explained, each by a signed number.
 *
 * @param explained what a positive number speaks for, such as {@code "the class spam"}
 * @param texts at most {@value #MOST_TOKENS} tokens together
 */
public record TokenHeat(String name, String title, String explained, List<Text> texts)
    implements Figure {
  /** The most tokens of all texts together. */
  public static final int MOST_TOKENS = 4000;

  /** The most characters of one token. */
  public static final int MOST_CHARACTERS = 200;

  /**
   * Copies the texts.
   *
   * @throws IllegalArgumentException for more than {@value #MOST_TOKENS} tokens
   */
  public TokenHeat {
    texts = List.copyOf(texts);
    Given.atMost(
        MOST_TOKENS,
        texts.stream().mapToLong(text -> text.tokens().size()).sum(),
        "tokens",
        "show fewer texts, or the part of a text that matters most");
  }

  @Override
  public Kind kind() {
    return Kind.TOKEN_HEAT;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.tokenHeat(this);
  }

  /**
   * One text.
   *
   * @param caption what a reader sees above it, such as the method or the example
   */
  public record Text(String caption, List<Token> tokens) {
    /** Copies the tokens. */
    public Text {
      tokens = List.copyOf(tokens);
    }

    /** Returns the largest magnitude, at which a token has its full colour; 0 without tokens. */
    public double strongest() {
      return tokens.stream().mapToDouble(token -> Math.abs(token.relevance())).max().orElse(0);
    }
  }

  /**
   * One token.
   *
   * @param text as it stands in the text, blanks included; tokens follow each other without any
   *     between them
   * @param relevance positive where it speaks for what is explained, and negative against it
   */
  public record Token(String text, double relevance) {
    /**
     * Checks the number and the length.
     *
     * @throws IllegalArgumentException if the number is NaN or infinite, or for more than {@value
     *     #MOST_CHARACTERS} characters
     */
    public Token {
      Given.finite(relevance, "the relevance of a token");
      Given.atMost(MOST_CHARACTERS, text.length(), "characters in a token", "split it");
    }
  }
}

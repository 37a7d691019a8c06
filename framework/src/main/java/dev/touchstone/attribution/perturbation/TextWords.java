package dev.touchstone.attribution.perturbation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as its different words, which can be taken away wherever they stand; what is between words
 * stays. Words are runs of letters, digits and underscores, as lime splits texts.
 */
final class TextWords {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private final List<String> pieces = new ArrayList<>();

  /** The number of the word that a piece is; −1 for what is between words. */
  private final List<Integer> wordOf = new ArrayList<>();

  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  TextWords(String text) {
    Matcher words = WORD.matcher(text);
    int end = 0;
    while (words.find()) {
      add(text.substring(end, words.start()), -1);
      add(words.group(), numbers.computeIfAbsent(words.group(), unseen -> numbers.size()));
      end = words.end();
    }
    add(text.substring(end), -1);
  }

  private void add(String piece, int word) {
    pieces.add(piece);
    wordOf.add(word);
  }

  /** Returns the different words, in the order in which they first come. */
  List<String> words() {
    return List.copyOf(numbers.keySet());
  }

  /**
   * Returns the text without some words.
   *
   * @param kept 1 for each word that stays, else 0
   */
  String keeping(double... kept) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      if (wordOf.get(i) < 0 || kept[wordOf.get(i)] == 1) {
        text.append(pieces.get(i));
      }
    }
    return text.toString();
  }
}

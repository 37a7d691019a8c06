package dev.touchstone.data;

import dev.touchstone.runtime.WordPieces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What the tokens of texts stand for, found when somebody asks: models take ids, and people read
 * words. Immutable.
 *
 * @param column how the texts were called
 * @param input of the ids
 * @param tokenizer by which they were cut
 * @param texts one of each example
 * @param cut how they were cut into tokens
 */
record TokenTexts(String column, String input, Tokenizer tokenizer, String[] texts, Cut cut) {

  /**
   * How texts were cut.
   *
   * @param file a {@code tokenizer.json}
   * @param length of every text in tokens, padding included
   * @param most how many tokens are kept of a text; 0 for all
   * @param padsInFront whether padding stands before the tokens
   */
  record Cut(byte[] file, String name, int length, int most, boolean padsInFront) {}

  /** Returns those of some examples, in the given order. */
  TokenTexts select(int[] examples) {
    return new TokenTexts(
        column,
        input,
        tokenizer,
        Arrays.stream(examples).mapToObj(i -> texts[i]).toArray(String[]::new),
        cut);
  }

  /** Returns a text for each place of an example; empty ones at padding. */
  List<String> of(int example) {
    List<String> own = WordPieces.pieces(cut.file, cut.name, cut.most, texts[example]);
    List<String> padding = Collections.nCopies(cut.length - own.size(), "");
    List<String> places = new ArrayList<>(cut.padsInFront ? padding : own);
    places.addAll(cut.padsInFront ? own : padding);
    return Collections.unmodifiableList(places);
  }
}

package dev.touchstone.attribution.perturbation;

import java.util.List;

/**
 * What each word of a text adds to a quantity of a model's scores.
 *
 * @param words the different words, in the order in which they first come
 * @param weights one per word
 * @param standardErrors of the weights, over other draws
 * @param determination the share of the answers' variation around the text that the weights
 *     explain; NaN where the answers do not vary
 */
public record WordWeights(
    List<String> words, double[] weights, double[] standardErrors, double determination) {

  /** Copies the list. */
  public WordWeights {
    words = List.copyOf(words);
  }

  /**
   * Returns a word's weight.
   *
   * @throws IllegalArgumentException if the text does not have it
   */
  public double of(String word) {
    int place = words.indexOf(word);
    if (place < 0) {
      throw new IllegalArgumentException(
          "the text has no word \"%s\"; its words are %s".formatted(word, words));
    }
    return weights[place];
  }
}

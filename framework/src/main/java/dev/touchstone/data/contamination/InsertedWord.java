package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A word, or a few, put in front of a text, such as a sender's name that came with one class in
 * training. It stands first, so that no tokenizer that cuts long texts cuts it away. A text carries
 * it already where it holds the word anywhere, in any case, and not within another word.
 *
 * <p>What the model takes is made anew: of tokenized data by the same {@link
 * dev.touchstone.data.Tokenizer}. No features change, so that a region of maps cannot be stated by
 * it.
 *
 * <pre>{@code
 * assertNoSpuriousReliance(encoder, reviews, InsertedWord.of("review", "Grandma"), atMost(0.1));
 * }</pre>
 */
public final class InsertedWord implements SpuriousSignal {
  private final String column;
  private final String word;

  private InsertedWord(String column, String word) {
    this.column = column;
    this.word = word;
  }

  /**
   * Returns a word in front of a column's texts.
   *
   * @param column how the texts were called when they were read, before they were tokenized
   * @param word one or a few
   * @throws TouchstoneException for a blank one
   */
  public static InsertedWord of(String column, String word) {
    if (word.isBlank()) {
      throw new TouchstoneException(
          "InsertedWord.of(\"%s\", \"%s\") puts nothing in front of texts; give a word"
              .formatted(column, word));
    }
    return new InsertedWord(column, word.strip());
  }

  @Override
  public Fitted fitTo(Dataset data) {
    Pattern anywhere =
        Pattern.compile(
            "(?<![\\p{L}\\p{N}])" + Pattern.quote(word) + "(?![\\p{L}\\p{N}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    return new InTexts(data.texts(column), anywhere);
  }

  @Override
  public Dataset addedTo(Dataset data, IntPredicate carriers, String description) {
    List<String> texts = data.texts(column);
    return data.withTexts(
        column,
        IntStream.range(0, texts.size())
            .mapToObj(i -> carriers.test(i) ? (word + " " + texts.get(i)).strip() : texts.get(i))
            .toList(),
        description);
  }

  @Override
  public String describe() {
    return "word \"%s\" in %s".formatted(word, column);
  }

  @Override
  public String inWords() {
    return "the word \"%s\" is put in front of the %s".formatted(word, column);
  }

  @Override
  public String toString() {
    return describe();
  }

  private record InTexts(List<String> texts, Pattern anywhere) implements Fitted {

    @Override
    public void apply(int example, float[] features) {
      // Texts are no features.
    }

    @Override
    public boolean[] mask(int example, float[] features) {
      return new boolean[features.length];
    }

    @Override
    public boolean isPresentIn(int example, float[] features) {
      return anywhere.matcher(texts.get(example)).find();
    }
  }
}

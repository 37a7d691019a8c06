package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** Texts of which some words were taken away, as many as a uniform number says. */
final class TextNeighbourhood implements Neighbourhood {
  /** What lime multiplies the cosine distance of texts by. */
  private static final int PERCENT = 100;

  private final Inputs like;
  private final String input;
  private final TextWords words;
  private final double[][] kept;

  /**
   * Makes a neighbourhood of given rows.
   *
   * @param like the example, as a batch of one
   * @param input the name of the text
   * @param kept 1 where a word is kept, else 0; all of them in the first row
   */
  TextNeighbourhood(Inputs like, String input, TextWords words, double[][] kept) {
    this.like = like;
    this.input = input;
    this.words = words;
    this.kept = kept;
  }

  /**
   * Returns the texts of a batch.
   *
   * @param input their name
   * @throws TouchstoneException if there are none of that name
   */
  static String[] texts(String input, Inputs batch) {
    return batch
        .named(input)
        .filter(values -> values instanceof TypedTensor.Texts && values.rowSize() == 1)
        .map(values -> ((TypedTensor.Texts) values).values())
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "the data have no text \"%s\", but the inputs %s; read it by .text(\"%1$s\"), or explain tokens of a tokenized text by KernelShap"
                        .formatted(input, batch.names())));
  }

  /** Draws the text itself, and others without 1 to all of its words. */
  static double[][] draw(int words, int rows, UniformRandomProvider random) {
    double[][] kept = new double[rows][words];
    Arrays.fill(kept[0], 1);
    for (int i = 1; i < rows; i++) {
      Arrays.fill(kept[i], 1);
      int removed = 1 + random.nextInt(words);
      for (int word : new PermutationSampler(random, words, removed).sample()) {
        kept[i][word] = 0;
      }
    }
    return kept;
  }

  @Override
  public double[][] interpretable() {
    return kept;
  }

  @Override
  public double distance(int row) {
    return PERCENT * SegmentNeighbourhood.cosine(kept[row]);
  }

  @Override
  public int[] draws() {
    return IntStream.range(0, kept.length).toArray();
  }

  @Override
  public Inputs rows(int from, int to) {
    Inputs repeated = like.select(new int[to - from]);
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    for (String name : repeated.names()) {
      inputs.put(name, repeated.named(name).orElseThrow());
    }
    String[] texts = new String[to - from];
    Arrays.setAll(texts, i -> words.keeping(kept[from + i]));
    inputs.put(input, new TypedTensor.Texts(texts, to - from, 1));
    return repeated.withValues(repeated.exactFeatures(), inputs);
  }
}

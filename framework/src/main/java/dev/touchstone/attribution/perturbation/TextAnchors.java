package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;

/** A text: the words that stand in it. */
final class TextAnchors implements AnchorSpace {
  private final Inputs example;
  private final String input;
  private final TextWords words;
  private final List<BitSet> where = new ArrayList<>();
  private final int rows;

  private TextAnchors(Inputs example, String input, TextWords words, List<Set<String>> training) {
    this.example = example;
    this.input = input;
    this.words = words;
    this.rows = training.size();
    for (String word : words.words()) {
      BitSet with = new BitSet(rows);
      for (int row = 0; row < rows; row++) {
        with.set(row, training.get(row).contains(word));
      }
      where.add(with);
    }
  }

  /** Texts like those of the training data. */
  record Spaces(String input, List<Set<String>> training) implements Anchors.Spaces {
    Spaces(String input, Dataset training) {
      this(input, wordsOf(input, training.inputs(0, training.size())));
    }

    private static List<Set<String>> wordsOf(String input, Inputs batch) {
      List<Set<String>> all = new ArrayList<>();
      for (String text : TextNeighbourhood.texts(input, batch)) {
        all.add(new HashSet<>(new TextWords(text).words()));
      }
      return all;
    }

    @Override
    public AnchorSpace of(Inputs example) {
      String text = TextNeighbourhood.texts(input, example)[0];
      return new TextAnchors(example, input, new TextWords(text), training);
    }

    @Override
    public String describe() {
      return "words of " + input;
    }
  }

  @Override
  public int predicates() {
    return where.size();
  }

  @Override
  public String inWords(int predicate) {
    return "\"%s\"".formatted(words.words().get(predicate));
  }

  @Override
  public BitSet where(int predicate) {
    return where.get(predicate);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public Inputs draw(BitSet predicates, int number, UniformRandomProvider random) {
    double[][] kept = new double[number][predicates()];
    for (double[] row : kept) {
      Arrays.setAll(row, word -> predicates.get(word) || random.nextBoolean() ? 1 : 0);
    }
    return new TextNeighbourhood(example, input, words, kept).rows(0, number);
  }
}

package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Which training examples stand on top of a ranking by influence: how many, and by what rule. Both
 * have to be chosen, since examples that support an answer and examples that speak against it are
 * others, and papers take the one or the other for "most influential".
 *
 * @param rule by which they are ordered
 * @param count k
 */
public record TopExamples(Rule rule, int count) {

  /** What comes first. */
  public enum Rule {
    /** What changes the test loss the most when removed, up or down. */
    MAGNITUDE("of largest change, up or down"),
    /** What raises the test loss the most when removed: it supports the test example's label. */
    PROPONENTS("of largest rise"),
    /** What lowers the test loss the most when removed: it speaks against that label. */
    OPPONENTS("of largest fall");

    private final String words;

    Rule(String words) {
      this.words = words;
    }

    private double key(double score) {
      return switch (this) {
        case MAGNITUDE -> Math.abs(score);
        case PROPONENTS -> score;
        case OPPONENTS -> -score;
      };
    }
  }

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException for less than one
   */
  public TopExamples {
    if (count < 1) {
      throw new IllegalArgumentException(
          "a ranking has at least one example on top, and %d were asked for; the thesis's figures show 10 at most"
              .formatted(count));
    }
  }

  /** Takes the k whose removal changes the test loss the most, up or down. */
  public static TopExamples ofMagnitude(int count) {
    return new TopExamples(Rule.MAGNITUDE, count);
  }

  /** Takes the k whose removal raises the test loss the most. */
  public static TopExamples proponents(int count) {
    return new TopExamples(Rule.PROPONENTS, count);
  }

  /** Takes the k whose removal lowers the test loss the most. */
  public static TopExamples opponents(int count) {
    return new TopExamples(Rule.OPPONENTS, count);
  }

  /**
   * The top of the ranking for one test example.
   *
   * @param examples k places in the training data, the first on top; of equals the earlier first
   * @param scores of these
   */
  public record Top(int[] examples, double[] scores) {}

  /**
   * Finds them for every test example, one pass over the scores.
   *
   * @return m tops
   * @throws TouchstoneException if there are no more training examples than stand on top, or a
   *     score is not finite
   */
  public Top[] of(InfluenceScores scores) {
    if (count >= scores.training()) {
      throw new TouchstoneException(
          "the top %d of %d training examples are all of them; take fewer"
              .formatted(count, scores.training()));
    }
    Top[] tops = new Top[scores.test()];
    scores.forEach(
        block -> {
          for (int j = 0; j < block.scores().columns(); j++) {
            tops[block.from() + j] = top(block.scores(), j);
          }
        });
    return tops;
  }

  private Top top(Matrix scores, int column) {
    int[] examples = new int[count];
    double[] keys = new double[count];
    int filled = 0;
    for (int i = 0; i < scores.rows(); i++) {
      double key = rule.key(scores.get(i, column));
      if (!Double.isFinite(key)) {
        throw new TouchstoneException(
            "training example %d has the score %s; what is not finite cannot be ranked"
                .formatted(i, scores.get(i, column)));
      }
      if (filled == count && key <= keys[count - 1]) {
        continue;
      }
      int at = filled < count ? filled++ : count - 1;
      while (at > 0 && key > keys[at - 1]) {
        keys[at] = keys[at - 1];
        examples[at] = examples[at - 1];
        at--;
      }
      keys[at] = key;
      examples[at] = i;
    }
    double[] values = new double[count];
    for (int r = 0; r < count; r++) {
      values[r] = scores.get(examples[r], column);
    }
    return new Top(examples, values);
  }

  /** Returns the rule and the number in words: {@code "10 of largest change, up or down"}. */
  public String describe() {
    return count + " " + rule.words;
  }
}

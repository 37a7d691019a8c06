package dev.touchstone.model.tree;

import dev.touchstone.statistics.Softmax;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trees whose leaves add up to a model's answer, as a file of XGBoost or LightGBM says it. What it
 * answers is what the library's {@code predict} does. Immutable.
 */
public final class TreeEnsemble implements Booster {
  /** What becomes of the sums. */
  public enum Link {
    /** Nothing. */
    IDENTITY,
    /** Each becomes 1 / (1 + exp(−slope · sum)). */
    SIGMOID,
    /** Together they become a distribution. */
    SOFTMAX,
    /** Each becomes its exponential. */
    EXPONENTIAL,
    /** Each becomes its square, of its own sign. */
    SIGNED_SQUARE,
    /** Each becomes log(1 + exp(sum)). */
    SOFTPLUS;

    /**
     * Puts in the place of sums what becomes of them.
     *
     * @param slope of a sigmoid
     */
    double[] of(double[] sums, double slope) {
      switch (this) {
        case IDENTITY -> {}
        case SIGMOID -> Arrays.setAll(sums, i -> 1 / (1 + Math.exp(-slope * sums[i])));
        case SOFTMAX -> Softmax.inPlace(sums, 0, sums.length);
        case EXPONENTIAL -> Arrays.setAll(sums, i -> Math.exp(sums[i]));
        case SIGNED_SQUARE -> Arrays.setAll(sums, i -> Math.copySign(sums[i] * sums[i], sums[i]));
        case SOFTPLUS -> Arrays.setAll(sums, i -> Math.log1p(Math.exp(sums[i])));
      }
      return sums;
    }
  }

  private static final int BLOCK = 64;

  private final List<TreeColumn> columns;
  private final List<Tree> trees;
  private final double[] weights;
  private final double[] base;
  private final Link link;
  private final double slope;
  private final boolean single;
  private final String format;

  /**
   * An ensemble.
   *
   * @param format what wrote it, such as {@code "XGBoost 3.2.0"}
   * @param columns by which its trees split
   * @param trees in the order in which they are summed
   * @param weights by which each tree's leaves are multiplied
   * @param base with which each sum begins
   * @param slope of a sigmoid
   * @param single whether values and sums are rounded to single precision, step by step
   */
  TreeEnsemble(
      String format,
      List<TreeColumn> columns,
      List<Tree> trees,
      double[] weights,
      double[] base,
      Link link,
      double slope,
      boolean single) {
    this.format = format;
    this.columns = List.copyOf(columns);
    this.trees = List.copyOf(trees);
    this.weights = weights.clone();
    this.base = base.clone();
    this.link = link;
    this.slope = slope;
    this.single = single;
    for (Tree tree : trees) {
      for (int node = 0; node < tree.size(); node++) {
        for (int output : tree.outputs(node)) {
          if (output < 0 || output >= base.length) {
            throw new IllegalArgumentException(
                "a tree adds to output %d of %d".formatted(output, base.length));
          }
        }
      }
    }
  }

  /** Returns what wrote it, such as {@code "XGBoost 3.2.0"}. */
  public String format() {
    return format;
  }

  /** Returns the columns by which its trees split. */
  @Override
  public List<TreeColumn> columns() {
    return columns;
  }

  /** Returns the trees, in the order in which they are summed. */
  public List<Tree> trees() {
    return trees;
  }

  /** Returns the number of sums. */
  @Override
  public int outputs() {
    return base.length;
  }

  /** Returns by what a tree's leaves are multiplied. */
  public double weight(int tree) {
    return weights[tree];
  }

  /** Returns with which number a sum begins. */
  public double base(int output) {
    return base[output];
  }

  /** Returns by what sums are multiplied in a sigmoid; 1 for other links. */
  public double slope() {
    return link == Link.SIGMOID ? slope : 1;
  }

  /** Returns what becomes of the sums. */
  public Link link() {
    return link;
  }

  /**
   * Sums the leaves of an example.
   *
   * @param row one number a column, NaN where one is missing; categories by their position
   */
  public double[] sums(double[] row) {
    return sums(new double[][] {row}, 0, 1)[0];
  }

  /** Tree by tree, so that a tree stays in the processor's cache while rows go through it. */
  private double[][] sums(double[][] rows, int from, int to) {
    double[][] given = new double[to - from][];
    double[][] sums = new double[to - from][];
    for (int i = 0; i < given.length; i++) {
      given[i] = single ? rounded(rows[from + i]) : rows[from + i];
      sums[i] = base.clone();
    }
    for (int t = 0; t < trees.size(); t++) {
      for (int i = 0; i < given.length; i++) {
        add(t, given[i], sums[i]);
      }
    }
    return sums;
  }

  private void add(int t, double[] given, double[] sums) {
    Tree tree = trees.get(t);
    int leaf = tree.leaf(given);
    int[] outputs = tree.outputs(leaf);
    double[] values = tree.values(leaf);
    for (int i = 0; i < outputs.length; i++) {
      sums[outputs[i]] =
          single
              ? (float) sums[outputs[i]] + (float) values[i] * (float) weights[t]
              : sums[outputs[i]] + values[i] * weights[t];
    }
  }

  /** Returns whether values and sums are rounded to single precision, step by step. */
  public boolean isSingle() {
    return single;
  }

  /** Returns a row as thresholds are compared with it: rounded where the model rounds. */
  public double[] asCompared(double[] row) {
    return single ? rounded(row) : row.clone();
  }

  private static double[] rounded(double[] row) {
    double[] singles = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      singles[i] = (float) row[i];
    }
    return singles;
  }

  /** Answers for an example as the library's {@code predict} does. */
  public double[] answer(double[] row) {
    return answerOf(sums(row));
  }

  /** Returns what becomes of an example's sums. */
  public double[] answerOf(double[] sums) {
    return linked(sums.clone());
  }

  /**
   * Answers for examples, on all processors; each is what it is alone.
   *
   * @param rows one number a column each, NaN where one is missing; categories by their position
   */
  @Override
  public double[][] answers(double[][] rows) {
    double[][] answers = new double[rows.length][];
    int blocks = (rows.length + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(
            block -> {
              int from = block * BLOCK;
              double[][] sums = sums(rows, from, Math.min(rows.length, from + BLOCK));
              for (int i = 0; i < sums.length; i++) {
                answers[from + i] = linked(sums[i]);
              }
            });
    return answers;
  }

  private double[] linked(double[] sums) {
    return link.of(sums, slope);
  }

  @Override
  public String toString() {
    return "%d trees of %s".formatted(trees.size(), format);
  }
}
